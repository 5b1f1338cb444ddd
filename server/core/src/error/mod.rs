//! The error of the node: a reason and a message for the caller, and the cause for the log.
//!
//! Use cases return it; adapters convert it into a status (`status`). The cause of a failure in storage or the index never
//! reaches the caller, who gets a fixed text and the request id. The log gets the source chain.

mod chain;
mod reason;
mod status;

use std::time::Duration;

use register::violation::Violation;
use storage::StorageError;

pub(crate) use chain::chain;
pub use reason::{Consequence, Reason, Retry, Severity};

/// A refused or failed call.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    reason: Reason,
    message: String,
    violations: Vec<Violation>,
    metadata: Vec<(&'static str, String)>,
    // Boxed to keep results small.
    resource: Option<Box<(&'static str, String)>>,
    retry_after: Option<Duration>,
    #[source]
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// Makes an error. The message is in English, in lower case, without a full stop, and contains no personal data.
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

    /// The error of a request with violations.
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

    /// The error of something that does not exist. `kind` and `name` go into ResourceInfo.
    pub fn not_found(reason: Reason, kind: &'static str, name: impl Into<String>) -> Self {
        let name = name.into();
        Self {
            resource: Some(Box::new((kind, name.clone()))),
            ..Self::new(reason, format!("{kind} `{name}` is not in the register"))
        }
    }

    /// An internal failure. Only the log shows its source.
    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self {
            source: Some(source.into()),
            ..Self::new(Reason::Internal, "something went wrong in the node")
        }
    }

    /// Adds a key and value to the metadata of ErrorInfo.
    // By value, because callers pass numbers and freshly made strings alike.
    #[allow(clippy::needless_pass_by_value)]
    #[must_use]
    pub fn with(mut self, key: &'static str, value: impl ToString) -> Self {
        self.metadata.push((key, value.to_string()));
        self
    }

    /// Prefixes the field of each violation with `field`, which contains the message that was checked.
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

    /// Sets the delay after which a retry makes sense.
    #[must_use]
    pub fn retry_after(mut self, delay: Duration) -> Self {
        self.retry_after = Some(delay);
        self
    }

    /// The delay after which a retry makes sense, if there is one.
    pub fn delay(&self) -> Option<Duration> {
        self.retry_after
    }

    /// The reason.
    pub fn reason(&self) -> Reason {
        self.reason
    }

    /// The violations of the request, if these are the reason.
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    /// The metadata of ErrorInfo.
    pub fn metadata(&self) -> &[(&'static str, String)] {
        &self.metadata
    }
}

/// Storage errors are internal, except those that a caller can wait out.
impl From<StorageError> for Error {
    fn from(error: StorageError) -> Self {
        let (reason, message) = match &error {
            StorageError::Unavailable(..) => (Reason::StorageUnavailable, "storage is unavailable; nothing was written"),
            StorageError::OutcomeUnknown(_) => (Reason::OutcomeUnknown, "it is unknown whether the write was stored"),
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
