//! Violations: everything that is wrong with an input, reported at once.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One problem of an input: the field, the rule, and a Dutch message for the person who corrects it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Violation {
    /// The field, as a path into the input: `mandates[1].level`.
    pub field: String,
    /// The violated rule, machine-readable.
    pub code: ViolationCode,
    /// What is wrong and what to do, in one Dutch sentence. Never repeats personal data.
    pub message: String,
}

/// The rules that an input can violate. Public API: listed in `docs/api.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ViolationCode {
    /// A required field is missing.
    Required,
    /// A text, a list or a period is too long.
    TooLong,
    /// A value has the wrong form.
    Malformed,
    /// A word is not one of the allowed values.
    UnknownValue,
    /// A code is not in the vocabulary.
    UnknownCode,
    /// A reference has no target.
    UnknownReference,
    /// Something occurs twice.
    Duplicate,
    /// Two fields contradict each other.
    Contradiction,
    /// A range ends before it begins.
    EmptyRange,
    /// The deputies form a cycle.
    DeputyCycle,
    /// The chain of deputies is longer than allowed.
    DeputyChainTooLong,
    /// The entry belongs to another organisation than the one being written.
    ForeignEntry,
}

impl ViolationCode {
    /// All codes, for the documentation's test.
    pub const ALL: [ViolationCode; 12] = [
        Self::Required,
        Self::TooLong,
        Self::Malformed,
        Self::UnknownValue,
        Self::UnknownCode,
        Self::UnknownReference,
        Self::Duplicate,
        Self::Contradiction,
        Self::EmptyRange,
        Self::DeputyCycle,
        Self::DeputyChainTooLong,
        Self::ForeignEntry,
    ];

    /// The code on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Required => "REQUIRED",
            Self::TooLong => "TOO_LONG",
            Self::Malformed => "MALFORMED",
            Self::UnknownValue => "UNKNOWN_VALUE",
            Self::UnknownCode => "UNKNOWN_CODE",
            Self::UnknownReference => "UNKNOWN_REFERENCE",
            Self::Duplicate => "DUPLICATE",
            Self::Contradiction => "CONTRADICTION",
            Self::EmptyRange => "EMPTY_RANGE",
            Self::DeputyCycle => "DEPUTY_CYCLE",
            Self::DeputyChainTooLong => "DEPUTY_CHAIN_TOO_LONG",
            Self::ForeignEntry => "FOREIGN_ENTRY",
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({})", self.field, self.message, self.code.as_str())
    }
}

/// Collects violations.
#[derive(Debug, Default)]
pub struct Violations {
    found: Vec<Violation>,
}

impl Violations {
    /// An empty collection.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a violation.
    pub fn add(&mut self, field: impl Into<String>, code: ViolationCode, message: impl Into<String>) {
        self.found.push(Violation {
            field: field.into(),
            code,
            message: message.into(),
        });
    }

    /// Whether no violation was found.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// `value` if there is one and no violation was found, otherwise all violations.
    pub fn into_result<T>(self, value: Option<T>) -> Result<T, Vec<Violation>> {
        match value {
            Some(value) if self.found.is_empty() => Ok(value),
            _ => Err(self.found),
        }
    }

    /// The violations, in order.
    pub fn into_vec(self) -> Vec<Violation> {
        self.found
    }
}
