//! Violations: what is wrong with an input, all of it at once.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One thing that is wrong, where, and what to do, in Dutch for whoever must mend it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Violation {
    /// The field, as a path into the input: `mandates[1].level`.
    pub field: String,
    /// The machine-readable rule that was broken.
    pub code: ViolationCode,
    /// What is wrong and what to do, one Dutch sentence. Never repeats personal data.
    pub message: String,
}

/// The rules that an input can break. Public API: listed in `docs/api.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ViolationCode {
    /// A field that must be there is not.
    Required,
    /// A text, a list or a period is too long.
    TooLong,
    /// A value has the wrong form.
    Malformed,
    /// A word is not one of those allowed.
    UnknownValue,
    /// A code is not in the vocabulary.
    UnknownCode,
    /// A reference leads nowhere.
    UnknownReference,
    /// Something stands twice.
    Duplicate,
    /// Two fields contradict each other.
    Contradiction,
    /// A range ends before it begins.
    EmptyRange,
    /// Deputies lead back to where they began.
    DeputyCycle,
    /// Deputies lead on for more steps than are allowed.
    DeputyChainTooLong,
    /// The entry is not of the organisation that is being written.
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

/// Collects violations with the path of the field that is being looked at.
#[derive(Debug, Default)]
pub struct Violations {
    found: Vec<Violation>,
}

impl Violations {
    /// An empty collection.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one.
    pub fn add(&mut self, field: impl Into<String>, code: ViolationCode, message: impl Into<String>) {
        self.found.push(Violation {
            field: field.into(),
            code,
            message: message.into(),
        });
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// `value` if nothing was found, else all that was.
    pub fn into_result<T>(self, value: Option<T>) -> Result<T, Vec<Violation>> {
        match value {
            Some(value) if self.found.is_empty() => Ok(value),
            _ => Err(self.found),
        }
    }

    /// What was found, in order.
    pub fn into_vec(self) -> Vec<Violation> {
        self.found
    }
}
