//! What can be wrong with a message that a node sent.

/// A node answered something that is not what the contract says it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the node's answer has a bad `{field}`: {problem}")]
pub struct ConvertError {
    /// The field, as a path into the message.
    pub field: String,
    /// What is wrong with it. Never repeats the value, which may be personal data.
    pub problem: String,
}

impl ConvertError {
    /// A problem with `field`.
    pub(crate) fn new(field: impl Into<String>, problem: impl std::fmt::Display) -> Self {
        Self {
            field: field.into(),
            problem: problem.to_string(),
        }
    }

    /// A field that must be there and is not.
    pub(crate) fn missing(field: &str) -> Self {
        Self::new(field, "it is absent")
    }
}
