//! How each register has answered: the honest part of an answer.

use std::time::Duration;

use register::identifier::RegisterId;
use register::position::Position;

use crate::peers::{Trouble, TroubleKind};

/// How a register has answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterStatus {
    /// Its id.
    pub register: RegisterId,
    /// How it went.
    pub state: RegisterState,
    /// Why not, machine-readable.
    pub reason: String,
    /// The same in words.
    pub message: String,
    /// How long it took.
    pub took: Duration,
    /// Officers of it that match.
    pub hits: usize,
    /// The position that it answered from.
    pub position: Option<Position>,
    /// From where its answer came.
    pub served_from: Option<ServedFrom>,
    /// Of a copy: how long ago its register said that it is up to date.
    pub age: Option<Duration>,
    /// What is wrong with the register itself: also when it was skipped for that, or when its copy has answered.
    pub problem: Option<TroubleKind>,
}

/// How it went with a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegisterState {
    /// It has answered.
    Ok,
    /// Not in time.
    TimedOut,
    /// There is no connection.
    Unreachable,
    /// It refuses us, or we do not believe it.
    Refused,
    /// Its versions are not ours.
    Incompatible,
    /// Nothing of its answer could be used.
    BadAnswer,
    /// It was not asked.
    Skipped,
}

/// From where a register's part came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServedFrom {
    /// The register itself.
    Live,
    /// A copy that this node keeps.
    Replica,
}

/// Which registers an answer covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completeness {
    /// All that were asked.
    Complete,
    /// Not all.
    Partial,
    /// Only this one was asked.
    Local,
}

impl RegisterStatus {
    /// Nothing is known of `register` yet.
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

    /// This register itself, which has answered.
    pub fn own(register: RegisterId, position: Position, hits: usize) -> Self {
        Self {
            hits,
            position: Some(position),
            served_from: Some(ServedFrom::Live),
            ..Self::of(register)
        }
    }

    /// It was not asked, and what went wrong with it before.
    pub fn skipped(register: RegisterId, reason: &str, message: impl Into<String>, before: Option<TroubleKind>) -> Self {
        Self {
            state: RegisterState::Skipped,
            reason: reason.to_owned(),
            message: message.into(),
            problem: before,
            ..Self::of(register)
        }
    }

    /// It was asked, and this is what came of it.
    pub fn failed(register: RegisterId, trouble: &Trouble, took: Duration) -> Self {
        let state = match trouble.kind {
            TroubleKind::Unreachable => RegisterState::Unreachable,
            TroubleKind::TimedOut => RegisterState::TimedOut,
            TroubleKind::Refused | TroubleKind::WrongCertificate | TroubleKind::WrongOin | TroubleKind::WrongRegister => {
                RegisterState::Refused
            }
            TroubleKind::Incompatible => RegisterState::Incompatible,
            TroubleKind::BadAnswer => RegisterState::BadAnswer,
        };
        Self {
            state,
            reason: trouble.kind.as_str().to_owned(),
            message: trouble.message.clone(),
            problem: Some(trouble.kind),
            took,
            ..Self::of(register)
        }
    }
}

impl Completeness {
    /// What `registers` make of an answer.
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
