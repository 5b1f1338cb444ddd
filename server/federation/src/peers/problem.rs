//! The problem of a peer: a kind for programs, and a message for operators.

use client::{Distrust, Error, ErrorKind};
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
        Self::new(kind, error.to_string())
    }
}
