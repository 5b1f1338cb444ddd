//! The errors of calls, by who has to act.
//!
//! A node's errors carry google.rpc details: a reason that callers branch on, violations, the time to wait. This module
//! decodes them once. Messages never repeat the request.

use std::collections::BTreeMap;
use std::error::Error as _;
use std::fmt;
use std::time::Duration;

use proto::convert::ConvertError;
use register::identifier::ParseIdentifierError;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use crate::bounded::AnswerTooLarge;
use crate::connect::{DialError, Distrust, LastConnection, Refusal, root_cause};
use crate::settings::SettingsError;

/// The domain of the register's own reasons.
const DOMAIN: &str = "maatwerkregister";

/// The reason why a call gave no result.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The settings are unusable: correct them.
    #[error("bad configuration: {0}")]
    Settings(#[from] SettingsError),
    /// No node could be reached and nothing was sent: try later.
    #[error("cannot reach the register: {0}")]
    Unreachable(String),
    /// The server is not the expected one and nothing was sent: the settings or the register's certificate are wrong.
    #[error("cannot trust the register: {0}")]
    Distrusted(Distrust),
    /// A node refused the connection: see [`Refusal::advice`].
    #[error("{0}")]
    Refused(Refusal),
    /// A node responded with an error.
    #[error("{0}")]
    Answered(Box<ErrorResponse>),
    /// The connection broke before the response. A write may have happened.
    #[error("the connection broke before the response: {0}")]
    Broken(String),
    /// The deadline passed before the response. A write may have happened.
    #[error("no response within {0:?}")]
    Deadline(Duration),
    /// The node's response breaks the contract.
    #[error("{0}")]
    BadAnswer(String),
}

impl From<ConvertError> for Error {
    fn from(error: ConvertError) -> Self {
        Self::BadAnswer(error.to_string())
    }
}

impl From<ParseIdentifierError> for Error {
    fn from(error: ParseIdentifierError) -> Self {
        Self::BadAnswer(error.to_string())
    }
}

/// An error response of a node, decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorResponse {
    /// The gRPC code.
    pub code: Code,
    /// The reason, public API of the register (`docs/api.md`); empty when an intermediary responded.
    pub reason: String,
    /// The message for people.
    pub message: String,
    /// Details that belong to the reason.
    pub metadata: BTreeMap<String, String>,
    /// Violations in the request, at most 20.
    pub violations: Vec<FieldProblem>,
    /// The time to wait before a retry.
    pub retry_after: Option<Duration>,
    /// The resource that was not found.
    pub resource: Option<String>,
}

/// A violation in a field of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldProblem {
    /// The field, as a path.
    pub field: String,
    /// The problem and how to correct it.
    pub description: String,
}

/// Kinds of error responses, by who has to act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The resource was not found.
    NotFound,
    /// The caller lacks permission: certificate, grant or role.
    Denied,
    /// The request is invalid.
    Invalid,
    /// A conflict or a guard must be resolved first.
    Conflict,
    /// The node is unavailable; a retry may succeed.
    Unavailable,
    /// Any other failure.
    Failed,
}

/// Whether a retry is safe and useful.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// The same request would fail in the same way.
    Never,
    /// The request had no effect; a retry may succeed.
    Safe,
    /// The request may have had an effect: a retry is safe for reads, and for writes under the same request id.
    WithRequestId,
}

impl ErrorResponse {
    /// Classifies the response.
    pub fn kind(&self) -> ErrorKind {
        match self.code {
            Code::NotFound => ErrorKind::NotFound,
            Code::Unauthenticated | Code::PermissionDenied => ErrorKind::Denied,
            // The register's own: a position that it cannot resume from.
            Code::OutOfRange if !self.reason.is_empty() => ErrorKind::Conflict,
            Code::InvalidArgument | Code::OutOfRange | Code::DataLoss => ErrorKind::Invalid,
            Code::Aborted | Code::AlreadyExists | Code::FailedPrecondition => ErrorKind::Conflict,
            Code::Unavailable | Code::DeadlineExceeded | Code::Cancelled => ErrorKind::Unavailable,
            // A request that is too large stays too large; only a rate limit asks to wait.
            Code::ResourceExhausted if self.retry_after.is_some() => ErrorKind::Unavailable,
            Code::ResourceExhausted => ErrorKind::Invalid,
            _ => ErrorKind::Failed,
        }
    }

    fn retry(&self) -> Retry {
        match self.reason.as_str() {
            "OUTCOME_UNKNOWN" | "DEADLINE_EXCEEDED" | "INTERNAL" => return Retry::WithRequestId,
            "SNAPSHOT_INCOMPLETE" | "SNAPSHOT_DIGEST_MISMATCH" => return Retry::Safe,
            _ => {}
        }
        match self.code {
            // An unknown reason: a node that names a time to retry considers the retry safe.
            Code::Unavailable | Code::ResourceExhausted if self.retry_after.is_some() => Retry::Safe,
            // An intermediary responded and does not know how far the request got.
            Code::Unavailable | Code::DeadlineExceeded if self.reason.is_empty() => Retry::WithRequestId,
            _ => Retry::Never,
        }
    }
}

impl fmt::Display for ErrorResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.reason.as_str(), self.message.as_str()) {
            ("", message) => write!(f, "{:?}: {message}", self.code),
            (reason, message) => write!(f, "{message} ({reason})"),
        }
    }
}

impl Error {
    /// Tells whether a retry is safe and useful.
    pub fn retry(&self) -> Retry {
        match self {
            Self::Unreachable(_) => Retry::Safe,
            Self::Broken(_) | Self::Deadline(_) | Self::Refused(Refusal::Silent(_)) => Retry::WithRequestId,
            Self::Answered(response) => response.retry(),
            Self::Settings(_) | Self::Distrusted(_) | Self::Refused(_) | Self::BadAnswer(_) => Retry::Never,
        }
    }

    /// Tells whether the same request can be sent again and take effect at most once.
    pub fn is_retry_safe(&self) -> bool {
        self.retry() == Retry::Safe
    }

    /// Returns the error response, if the node responded.
    pub fn response(&self) -> Option<&ErrorResponse> {
        match self {
            Self::Answered(response) => Some(response),
            _ => None,
        }
    }

    /// Returns the register's reason, or an empty text if it gave none.
    pub fn reason(&self) -> &str {
        self.response().map_or("", |response| response.reason.as_str())
    }

    /// Returns how long the node asks to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.response().and_then(|response| response.retry_after)
    }

    /// Converts the status of a failed call. `timeout` is the time that the call had.
    pub(crate) fn from_status(status: &Status, last_connection: &LastConnection, timeout: Duration) -> Self {
        let details = status.get_error_details();
        let info = details.error_info().filter(|info| info.domain == DOMAIN);
        if let Some(dial) = DialError::find(status) {
            return dial.into();
        }
        if let Some(too_large) = too_large(status) {
            return Self::BadAnswer(too_large);
        }
        if info.is_none() && status.source().is_some() {
            // Our own side made this status: the node sent none.
            if let Some(refusal) = last_connection.take_refusal() {
                return Self::Refused(refusal);
            }
            return match status.code() {
                Code::Cancelled if status.message().starts_with("Timeout") => Self::Deadline(timeout),
                _ => Self::Broken(root_cause(status)),
            };
        }
        if info.is_none() && status.code() == Code::Cancelled && status.message().starts_with("Timeout") {
            return Self::Deadline(timeout);
        }
        Self::Answered(Box::new(ErrorResponse {
            code: status.code(),
            reason: info.map(|info| info.reason.clone()).unwrap_or_default(),
            message: status.message().to_owned(),
            metadata: info
                .map(|info| info.metadata.clone().into_iter().collect())
                .unwrap_or_default(),
            violations: details.bad_request().map(field_problems).unwrap_or_default(),
            retry_after: details.retry_info().and_then(|info| info.retry_delay),
            resource: details.resource_info().map(|info| info.resource_name.clone()),
        }))
    }
}

impl From<DialError> for Error {
    fn from(error: DialError) -> Self {
        match error {
            DialError::Settings(error) => Self::Settings(error),
            DialError::Refused(refusal) => Self::Refused(refusal),
            DialError::Unreachable(failures) => Self::Unreachable(failures),
            DialError::Distrusted(distrust) => Self::Distrusted(distrust),
        }
    }
}

/// Explains that the answer exceeded the limits of the call. The connection is sound.
fn too_large(status: &Status) -> Option<String> {
    let counted = status.source().and_then(|source| source.downcast_ref::<AnswerTooLarge>());
    let measured = status.code() == Code::OutOfRange && status.message().contains("decoded message length too large");
    match counted {
        Some(counted) => Some(counted.to_string()),
        None => measured.then(|| "its answer is larger than accepted".to_owned()),
    }
}

fn field_problems(bad_request: &tonic_types::BadRequest) -> Vec<FieldProblem> {
    let problems = bad_request.field_violations.iter().map(|violation| FieldProblem {
        field: violation.field.clone(),
        description: violation.description.clone(),
    });
    problems.collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use tonic_types::ErrorDetails;

    use super::*;

    fn decode(code: Code, details: ErrorDetails) -> Error {
        let status = Status::with_error_details(code, "in words", details);
        Error::from_status(&status, &LastConnection::default(), Duration::from_secs(1))
    }

    fn details(reason: &str) -> ErrorDetails {
        ErrorDetails::with_error_info(reason, DOMAIN, HashMap::from([("violations".to_owned(), "21".to_owned())]))
    }

    #[test]
    fn error_details_are_decoded() {
        let mut given = details("INVALID_REQUEST");
        given.add_bad_request_violation("operations[0].upsert.kind", "Kies een soort.");
        let error = decode(Code::InvalidArgument, given);
        let response = error.response().unwrap();
        assert_eq!(response.kind(), ErrorKind::Invalid);
        assert_eq!((error.reason(), error.retry()), ("INVALID_REQUEST", Retry::Never));
        assert_eq!(response.violations[0].field, "operations[0].upsert.kind");
        assert_eq!(response.metadata["violations"], "21");
        assert_eq!(error.to_string(), "in words (INVALID_REQUEST)");
    }

    #[test]
    fn a_rate_limit_is_safe_to_retry() {
        let mut waiting = details("RATE_LIMITED");
        waiting.set_retry_info(Some(Duration::from_secs(3)));
        let error = decode(Code::ResourceExhausted, waiting);
        assert!(error.is_retry_safe());
        assert_eq!(error.retry_after(), Some(Duration::from_secs(3)));
        assert_eq!(error.response().unwrap().kind(), ErrorKind::Unavailable);
    }

    #[test]
    fn an_unknown_outcome_needs_a_request_id() {
        let mut unknown = details("OUTCOME_UNKNOWN");
        unknown.set_retry_info(Some(Duration::from_secs(1)));
        assert_eq!(decode(Code::Unavailable, unknown).retry(), Retry::WithRequestId);
        assert_eq!(decode(Code::Unavailable, ErrorDetails::new()).retry(), Retry::WithRequestId);
        assert_eq!(Error::Broken("reset".into()).retry(), Retry::WithRequestId);
        assert_eq!(Error::Unreachable("refused".into()).retry(), Retry::Safe);
    }

    #[test]
    fn a_message_that_is_too_large_is_not_retried() {
        let error = decode(Code::ResourceExhausted, details("MESSAGE_TOO_LARGE"));
        assert_eq!(error.retry(), Retry::Never);
        assert_eq!(error.response().unwrap().kind(), ErrorKind::Invalid);
    }

    #[test]
    fn a_reason_of_another_domain_is_ignored() {
        let foreign = ErrorDetails::with_error_info("SUSPENDED", "proxy.example", HashMap::new());
        assert_eq!(decode(Code::PermissionDenied, foreign).reason(), "");
    }
}
