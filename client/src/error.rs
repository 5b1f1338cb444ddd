//! What can come instead of a result, by whose move it is.
//!
//! A node's errors carry google.rpc details: a reason that callers branch on, violations, how long to wait. They are decoded
//! here once. Messages never hold what was asked.

use std::collections::BTreeMap;
use std::error::Error as _;
use std::fmt;
use std::time::Duration;

use proto::convert::ConvertError;
use register::identifier::ParseIdentifierError;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use crate::connect::{DialError, Distrust, LastConnection, Refusal, innermost};
use crate::settings::SettingsError;

/// The domain of the register's own reasons.
const DOMAIN: &str = "maatwerkregister";

/// Why a call gave no result.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The settings cannot be used: mend them.
    #[error("bad configuration: {0}")]
    Settings(#[from] SettingsError),
    /// No node could be reached, and nothing was sent: try later.
    #[error("cannot reach the register: {0}")]
    Unreachable(String),
    /// Who answered is not who was meant, and nothing was sent: the settings or the register's certificate are wrong.
    #[error("cannot trust the register: {0}")]
    Distrusted(Distrust),
    /// A node refused the connection: see [`Refusal::advice`].
    #[error("{0}")]
    Refused(Refusal),
    /// A node answered, but not with a result.
    #[error("{0}")]
    Answered(Box<ErrorResponse>),
    /// The connection broke before the answer came. A write may have happened.
    #[error("the connection broke before the answer came: {0}")]
    Broken(String),
    /// The deadline passed before the answer came. A write may have happened.
    #[error("no answer within {0:?}")]
    Deadline(Duration),
    /// The node's answer is not what the contract says.
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

/// What a node answered instead of a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorResponse {
    /// The gRPC code.
    pub code: Code,
    /// The reason, public API of the register (`docs/api.md`); empty when something in between answered.
    pub reason: String,
    /// In words.
    pub message: String,
    /// What goes with the reason.
    pub metadata: BTreeMap<String, String>,
    /// What is wrong with the request, at most 20.
    pub violations: Vec<FieldProblem>,
    /// How long to wait before asking again.
    pub retry_after: Option<Duration>,
    /// The resource that is not there.
    pub resource: Option<String>,
}

/// What is wrong with a field of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldProblem {
    /// The field, as a path.
    pub field: String,
    /// What is wrong and what to do.
    pub description: String,
}

/// Answers by whose move it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// It is not there.
    NotFound,
    /// We may not: certificate, grant or role.
    Denied,
    /// The request is wrong.
    Invalid,
    /// Something stands in the way that must be looked at first: a conflict, a guard.
    Conflict,
    /// Later, perhaps.
    Unavailable,
    /// Anything else.
    Failed,
}

/// Whether asking again can do harm, and help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// The same request fails the same way.
    Never,
    /// Nothing was done; later it may succeed.
    Safe,
    /// Something may have been done: safe for reads, and for writes under the same request id.
    WithRequestId,
}

impl ErrorResponse {
    /// Whose move it is.
    pub fn kind(&self) -> ErrorKind {
        match self.code {
            Code::NotFound => ErrorKind::NotFound,
            Code::Unauthenticated | Code::PermissionDenied => ErrorKind::Denied,
            // The register's own: a position that it cannot go on from.
            Code::OutOfRange if !self.reason.is_empty() => ErrorKind::Conflict,
            Code::InvalidArgument | Code::OutOfRange | Code::DataLoss => ErrorKind::Invalid,
            Code::Aborted | Code::AlreadyExists | Code::FailedPrecondition => ErrorKind::Conflict,
            Code::Unavailable | Code::DeadlineExceeded | Code::Cancelled => ErrorKind::Unavailable,
            // What is too large stays too large; only what asks to wait may come right.
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
            // A reason that this version does not know: the node would not say when to ask again if that did harm.
            Code::Unavailable | Code::ResourceExhausted if self.retry_after.is_some() => Retry::Safe,
            // Something in between answered, and does not know how far the request came.
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
    /// Whether asking again can do harm, and help.
    pub fn retry(&self) -> Retry {
        match self {
            Self::Unreachable(_) => Retry::Safe,
            Self::Broken(_) | Self::Deadline(_) | Self::Refused(Refusal::Silent(_)) => Retry::WithRequestId,
            Self::Answered(answer) => answer.retry(),
            Self::Settings(_) | Self::Distrusted(_) | Self::Refused(_) | Self::BadAnswer(_) => Retry::Never,
        }
    }

    /// Whether the same request may be sent again without doing anything twice.
    pub fn is_retry_safe(&self) -> bool {
        self.retry() == Retry::Safe
    }

    /// What the node answered, if it did.
    pub fn answer(&self) -> Option<&ErrorResponse> {
        match self {
            Self::Answered(answer) => Some(answer),
            _ => None,
        }
    }

    /// The register's reason, or nothing when it gave none.
    pub fn reason(&self) -> &str {
        self.answer().map_or("", |answer| answer.reason.as_str())
    }

    /// How long the node asks to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.answer().and_then(|answer| answer.retry_after)
    }

    /// What a failed call means. `timeout` is the time that it had.
    pub(crate) fn from_status(status: &Status, last_connection: &LastConnection, timeout: Duration) -> Self {
        let details = status.get_error_details();
        let info = details.error_info().filter(|info| info.domain == DOMAIN);
        if let Some(dial) = DialError::find(status) {
            return dial.into();
        }
        if info.is_none() && status.source().is_some() {
            // Our own side made this status: the node said nothing.
            if let Some(refusal) = last_connection.take_refusal() {
                return Self::Refused(refusal);
            }
            return match status.code() {
                Code::Cancelled if status.message().starts_with("Timeout") => Self::Deadline(timeout),
                _ => Self::Broken(innermost(status)),
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
    fn details_are_decoded() {
        let mut given = details("INVALID_REQUEST");
        given.add_bad_request_violation("operations[0].upsert.kind", "Kies een soort.");
        let error = decode(Code::InvalidArgument, given);
        let answer = error.answer().unwrap();
        assert_eq!(answer.kind(), ErrorKind::Invalid);
        assert_eq!((error.reason(), error.retry()), ("INVALID_REQUEST", Retry::Never));
        assert_eq!(answer.violations[0].field, "operations[0].upsert.kind");
        assert_eq!(answer.metadata["violations"], "21");
        assert_eq!(error.to_string(), "in words (INVALID_REQUEST)");
    }

    #[test]
    fn what_was_not_done_may_be_asked_again() {
        let mut waiting = details("RATE_LIMITED");
        waiting.set_retry_info(Some(Duration::from_secs(3)));
        let error = decode(Code::ResourceExhausted, waiting);
        assert!(error.is_retry_safe());
        assert_eq!(error.retry_after(), Some(Duration::from_secs(3)));
        assert_eq!(error.answer().unwrap().kind(), ErrorKind::Unavailable);
    }

    #[test]
    fn what_may_have_been_done_needs_a_request_id() {
        let mut unknown = details("OUTCOME_UNKNOWN");
        unknown.set_retry_info(Some(Duration::from_secs(1)));
        assert_eq!(decode(Code::Unavailable, unknown).retry(), Retry::WithRequestId);
        assert_eq!(decode(Code::Unavailable, ErrorDetails::new()).retry(), Retry::WithRequestId);
        assert_eq!(Error::Broken("reset".into()).retry(), Retry::WithRequestId);
        assert_eq!(Error::Unreachable("refused".into()).retry(), Retry::Safe);
    }

    #[test]
    fn what_is_too_large_stays_so() {
        let error = decode(Code::ResourceExhausted, details("MESSAGE_TOO_LARGE"));
        assert_eq!(error.retry(), Retry::Never);
        assert_eq!(error.answer().unwrap().kind(), ErrorKind::Invalid);
    }

    #[test]
    fn a_reason_of_another_domain_is_not_ours() {
        let foreign = ErrorDetails::with_error_info("SUSPENDED", "proxy.example", HashMap::new());
        assert_eq!(decode(Code::PermissionDenied, foreign).reason(), "");
    }
}
