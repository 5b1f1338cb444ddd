//! The status of each register in a federated answer.

use std::time::Duration;

use register::identifier::RegisterId;
use register::position::Position;

use crate::peers::{PeerProblem, PeerProblemKind};

/// How one register answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterStatus {
    /// Its register id.
    pub register: RegisterId,
    /// The outcome.
    pub state: RegisterState,
    /// The reason of a failure, as a code for programs; empty on success.
    pub reason: String,
    /// The reason in words.
    pub message: String,
    /// The time it took.
    pub took: Duration,
    /// The number of its matching officers.
    pub hits: usize,
    /// The position that it answered from.
    pub position: Option<Position>,
    /// Whether the register or a copy answered.
    pub served_from: Option<ServedFrom>,
    /// For a copy: the time since its register last confirmed it.
    pub age: Option<Duration>,
    /// The current problem of the register, also when it was skipped or its copy answered.
    pub problem: Option<PeerProblemKind>,
}

/// The outcome for one register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegisterState {
    /// It answered.
    Ok,
    /// It did not answer in time.
    TimedOut,
    /// There is no connection.
    Unreachable,
    /// It refuses this node, or this node does not trust it.
    Refused,
    /// Its versions differ from this node's.
    Incompatible,
    /// Its answer is invalid.
    BadAnswer,
    /// It was not asked.
    Skipped,
}

/// Where the share of a register came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServedFrom {
    /// The register itself.
    Live,
    /// A copy on this node.
    Replica,
}

/// Which registers an answer covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completeness {
    /// All registers answered.
    Complete,
    /// Some registers did not answer.
    Partial,
    /// Only this register was asked.
    Local,
}

impl RegisterStatus {
    /// An initial status, without results.
    pub fn of(register: RegisterId) -> Self {
        Self {
            register,
            state: RegisterState::Ok,
            reason: String::new(),
            message: String::new(),
            took: Duration::ZERO,
            hits: 0,
            position: None,
            served_from: None,
            age: None,
            problem: None,
        }
    }

    /// The status of this register, which always answers.
    pub fn own(register: RegisterId, position: Position, hits: usize) -> Self {
        Self {
            hits,
            position: Some(position),
            served_from: Some(ServedFrom::Live),
            ..Self::of(register)
        }
    }

    /// The status of a register that was not asked; `before` is its known problem.
    pub fn skipped(register: RegisterId, reason: &str, message: impl Into<String>, before: Option<PeerProblemKind>) -> Self {
        Self {
            state: RegisterState::Skipped,
            reason: reason.to_owned(),
            message: message.into(),
            problem: before,
            ..Self::of(register)
        }
    }

    /// The status of a register whose query failed.
    pub fn failed(register: RegisterId, problem: &PeerProblem, took: Duration) -> Self {
        let state = match problem.kind {
            PeerProblemKind::Unreachable => RegisterState::Unreachable,
            PeerProblemKind::TimedOut => RegisterState::TimedOut,
            PeerProblemKind::Refused
            | PeerProblemKind::WrongCertificate
            | PeerProblemKind::WrongOin
            | PeerProblemKind::WrongRegister => RegisterState::Refused,
            PeerProblemKind::Incompatible => RegisterState::Incompatible,
            PeerProblemKind::BadAnswer => RegisterState::BadAnswer,
        };
        Self {
            state,
            reason: problem.kind.as_str().to_owned(),
            message: problem.message.clone(),
            problem: Some(problem.kind),
            took,
            ..Self::of(register)
        }
    }
}

impl Completeness {
    /// The completeness of an answer with these statuses.
    pub fn of(registers: &[RegisterStatus]) -> Self {
        if registers.len() <= 1 {
            Self::Local
        } else if registers.iter().all(|status| status.state == RegisterState::Ok) {
            Self::Complete
        } else {
            Self::Partial
        }
    }
}
