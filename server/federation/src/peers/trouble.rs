//! What is wrong with a peer: a kind that programs branch on, and words for its operator.

use client::{Distrust, Error, ErrorKind};
use tonic::Code;

/// What is wrong with a peer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Trouble {
    /// Of what kind.
    pub kind: TroubleKind,
    /// In words, with what to do. Never what was asked.
    pub message: String,
}

/// Kinds of trouble. Public API: listed in `docs/api.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TroubleKind {
    /// There is no connection, or it broke.
    Unreachable,
    /// There was no answer in time.
    TimedOut,
    /// It refuses us: our certificate, or what we may.
    Refused,
    /// Its certificate is not to be believed.
    WrongCertificate,
    /// Its certificate is somebody else's.
    WrongOin,
    /// It is another register than was meant.
    WrongRegister,
    /// It does not speak the contract that is needed.
    Incompatible,
    /// Its answer is not what the contract says.
    BadAnswer,
}

impl TroubleKind {
    /// All kinds, for the documentation's test.
    pub const ALL: [TroubleKind; 8] = [
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

impl Trouble {
    /// Trouble of this kind.
    pub fn new(kind: TroubleKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
    }

    /// What a failed call to a peer shows.
    pub fn of(error: &Error) -> Self {
        let kind = match error {
            Error::Settings(_) | Error::Unreachable(_) | Error::Broken(_) => TroubleKind::Unreachable,
            Error::Distrusted(Distrust::Certificate(_)) => TroubleKind::WrongCertificate,
            Error::Distrusted(Distrust::OtherOin { .. }) => TroubleKind::WrongOin,
            Error::Distrusted(Distrust::NoTls) | Error::BadAnswer(_) => TroubleKind::BadAnswer,
            Error::Refused(_) => TroubleKind::Refused,
            Error::Deadline(_) => TroubleKind::TimedOut,
            Error::Answered(answer) => match (answer.code, answer.kind()) {
                (Code::Unimplemented, _) => TroubleKind::Incompatible,
                _ if answer.reason == "OTHER_VERSIONS" => TroubleKind::Incompatible,
                (Code::DeadlineExceeded | Code::Cancelled, _) => TroubleKind::TimedOut,
                (_, ErrorKind::Denied) => TroubleKind::Refused,
                (_, ErrorKind::Unavailable) => TroubleKind::Unreachable,
                _ => TroubleKind::BadAnswer,
            },
        };
        Self::new(kind, error.to_string())
    }
}
