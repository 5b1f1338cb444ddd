//! The node's error: a reason, a message for the caller, and for us the cause.
//!
//! Use cases return it; the adapters turn it into a status (`status`) and nothing else looks inside. A cause from storage or
//! the index never reaches the caller: it gets a fixed text and the request id, the log gets the source chain.

mod reason;
mod status;

use std::time::Duration;

use register::violation::Violation;
use storage::StorageError;

pub use reason::{Attention, Consequence, Reason, Retry};

/// A refused or failed call.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    reason: Reason,
    message: String,
    violations: Vec<Violation>,
    metadata: Vec<(&'static str, String)>,
    // Boxed, so that a result that carries an error stays small.
    resource: Option<Box<(&'static str, String)>>,
    retry_after: Option<Duration>,
    #[source]
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// A refusal for `reason`; the message is English, lower case, without full stop, and holds no personal data.
    pub fn new(reason: Reason, message: impl Into<String>) -> Self {
        Self {
            reason,
            message: message.into(),
            violations: Vec::new(),
            metadata: Vec::new(),
            resource: None,
            retry_after: None,
            source: None,
        }
    }

    /// A request with violations.
    pub fn invalid(violations: Vec<Violation>) -> Self {
        let message = match violations.as_slice() {
            [only] => format!("the request is not valid: `{}`: {}", only.field, only.message),
            all => format!("the request is not valid: {} violations", all.len()),
        };
        Self {
            violations,
            ..Self::new(Reason::InvalidRequest, message)
        }
    }

    /// Something that is not there. `kind` and `name` go into ResourceInfo.
    pub fn not_found(reason: Reason, kind: &'static str, name: impl Into<String>) -> Self {
        let name = name.into();
        Self {
            resource: Some(Box::new((kind, name.clone()))),
            ..Self::new(reason, format!("{kind} `{name}` is not in the register"))
        }
    }

    /// Something went wrong here.
    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self {
            source: Some(source.into()),
            ..Self::new(Reason::Internal, "something went wrong in the node")
        }
    }

    /// Adds a fact for machines to the ErrorInfo.
    // Facts are numbers and names alike, and are handed over where they are made.
    #[allow(clippy::needless_pass_by_value)]
    #[must_use]
    pub fn with(mut self, key: &'static str, value: impl ToString) -> Self {
        self.metadata.push((key, value.to_string()));
        self
    }

    /// The same refusal of a request in which what was checked stands in `field`.
    #[must_use]
    pub fn inside(self, field: &str) -> Self {
        if self.violations.is_empty() {
            return self;
        }
        let path = |violation: Violation| Violation {
            field: format!("{field}.{}", violation.field),
            ..violation
        };
        Self::invalid(self.violations.into_iter().map(path).collect())
    }

    /// Says when a retry makes sense.
    #[must_use]
    pub fn retry_after(mut self, delay: Duration) -> Self {
        self.retry_after = Some(delay);
        self
    }

    /// When a retry makes sense, if the error says so.
    pub fn delay(&self) -> Option<Duration> {
        self.retry_after
    }

    /// Why.
    pub fn reason(&self) -> Reason {
        self.reason
    }

    /// All that is wrong with the request, if that is the reason.
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    /// The facts for machines.
    pub fn metadata(&self) -> &[(&'static str, String)] {
        &self.metadata
    }
}

/// Storage's errors are about us, but for those that a caller can wait out.
impl From<StorageError> for Error {
    fn from(error: StorageError) -> Self {
        let (reason, message) = match &error {
            StorageError::Unavailable(..) => (Reason::StorageUnavailable, "storage cannot be used now; nothing was kept"),
            StorageError::OutcomeUnknown(_) => (Reason::OutcomeUnknown, "it cannot be said whether the write was kept"),
            _ => return Self::internal(error),
        };
        Self {
            source: Some(Box::new(error)),
            retry_after: Some(Duration::from_secs(1)),
            ..Self::new(reason, message)
        }
    }
}

#[cfg(test)]
mod tests;
