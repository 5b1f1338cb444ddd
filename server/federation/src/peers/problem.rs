//! The problem of a peer: a kind for programs, and a message for operators.

use client::{Distrust, Error, ErrorKind};
use server_core::error::Reason;
use tonic::Code;

/// The problem of a peer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct PeerProblem {
    /// The kind.
    pub kind: PeerProblemKind,
    /// What is wrong and what to do. Never contains the request.
    pub message: String,
}

/// Kinds of problems. Public API: listed in `docs/api.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PeerProblemKind {
    /// There is no connection, or it broke.
    Unreachable,
    /// There was no answer in time.
    TimedOut,
    /// It refuses this node's certificate, or the node lacks a role there.
    Refused,
    /// Its certificate is not trusted.
    WrongCertificate,
    /// Its certificate has another OIN than configured.
    WrongOin,
    /// It is another register than configured.
    WrongRegister,
    /// It does not speak the required contract, or lacks a capability.
    Incompatible,
    /// Its answer violates the contract.
    BadAnswer,
}

impl PeerProblemKind {
    /// All kinds, for the test of the documentation.
    pub const ALL: [PeerProblemKind; 8] = [
        Self::Unreachable,
        Self::TimedOut,
        Self::Refused,
        Self::WrongCertificate,
        Self::WrongOin,
        Self::WrongRegister,
        Self::Incompatible,
        Self::BadAnswer,
    ];

    /// The code on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unreachable => "UNREACHABLE",
            Self::TimedOut => "TIMED_OUT",
            Self::Refused => "REFUSED",
            Self::WrongCertificate => "WRONG_CERTIFICATE",
            Self::WrongOin => "WRONG_OIN",
            Self::WrongRegister => "WRONG_REGISTER",
            Self::Incompatible => "INCOMPATIBLE",
            Self::BadAnswer => "BAD_ANSWER",
        }
    }
}

impl PeerProblem {
    /// Makes a problem.
    pub fn new(kind: PeerProblemKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
    }

    /// Classifies the error of a call to a peer.
    pub fn of(error: &Error) -> Self {
        let kind = match error {
            Error::Settings(_) | Error::Unreachable(_) | Error::Broken(_) => PeerProblemKind::Unreachable,
            Error::Distrusted(Distrust::Certificate(_)) => PeerProblemKind::WrongCertificate,
            Error::Distrusted(Distrust::OtherOin { .. }) => PeerProblemKind::WrongOin,
            Error::Distrusted(Distrust::NoTls) | Error::BadAnswer(_) => PeerProblemKind::BadAnswer,
            Error::Refused(_) => PeerProblemKind::Refused,
            Error::Deadline(_) => PeerProblemKind::TimedOut,
            Error::Answered(answer) => match (answer.code, answer.kind()) {
                (Code::Unimplemented, _) => PeerProblemKind::Incompatible,
                _ if answer.reason == "OTHER_VERSIONS" => PeerProblemKind::Incompatible,
                (Code::DeadlineExceeded | Code::Cancelled, _) => PeerProblemKind::TimedOut,
                (_, ErrorKind::Denied) => PeerProblemKind::Refused,
                (_, ErrorKind::Unavailable) => PeerProblemKind::Unreachable,
                _ => PeerProblemKind::BadAnswer,
            },
        };
        Self::new(kind, message_of(error))
    }
}

/// Describes an error in our own words. The text of an answer comes from the other side, which may repeat the question in it or
/// forge a line of the log: only its code is repeated, and its reason if this version knows it.
fn message_of(error: &Error) -> String {
    match error {
        // Our own texts about our settings, addresses and limits, and about the kinds of TLS errors.
        Error::Settings(_)
        | Error::Unreachable(_)
        | Error::Distrusted(_)
        | Error::Refused(_)
        | Error::Deadline(_)
        | Error::BadAnswer(_) => error.to_string(),
        // The frame that closes a connection can hold a text.
        Error::Broken(_) => "the connection broke before the response".to_owned(),
        Error::Answered(answer) => match Reason::ALL.iter().find(|reason| reason.as_str() == answer.reason) {
            Some(reason) => format!("it answered with the error {:?} ({})", answer.code, reason.as_str()),
            None => format!("it answered with the error {:?}", answer.code),
        },
    }
}

#[cfg(test)]
mod tests {
    use client::ErrorResponse;

    use super::*;

    fn answered(reason: &str, message: &str) -> PeerProblem {
        let response = ErrorResponse {
            code: Code::Internal,
            reason: reason.to_owned(),
            message: message.to_owned(),
            metadata: Default::default(),
            violations: Vec::new(),
            retry_after: None,
            resource: None,
        };
        PeerProblem::of(&Error::Answered(Box::new(response)))
    }

    #[test]
    fn texts_of_the_other_side_are_not_repeated() {
        let problem = answered("ROLE_MISSING", "the question was `schulden van Noor`\nINFO forged");
        assert_eq!(problem.message, "it answered with the error Internal (ROLE_MISSING)");
        let unknown = answered("SCHULDEN VAN NOOR", "");
        assert_eq!(unknown.message, "it answered with the error Internal");
        let broken = PeerProblem::of(&Error::Broken("GOAWAY schulden van Noor".to_owned()));
        assert_eq!(broken.message, "the connection broke before the response");
    }
}
