//! The error of a message that breaks the contract.

/// A message of a node breaks the contract.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the node's response has an invalid `{field}`: {problem}")]
pub struct ConvertError {
    /// The field, as a path into the message.
    pub field: String,
    /// The problem. Never repeats the value, which may be personal data.
    pub problem: String,
}

impl ConvertError {
    /// Makes an error about `field`.
    pub(crate) fn new(field: impl Into<String>, problem: impl std::fmt::Display) -> Self {
        Self {
            field: field.into(),
            problem: problem.to_string(),
        }
    }

    /// Makes an error about a required field that is missing.
    pub(crate) fn missing(field: &str) -> Self {
        Self::new(field, "it is missing")
    }
}
