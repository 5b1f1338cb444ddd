//! Which registers a search needs, and whether that can still be satisfied.

use register::identifier::RegisterId;

use super::status::{RegisterState, RegisterStatus};

/// Which registers to ask, and which answers are required.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// The registers to ask.
    pub scope: Scope,
    /// Registers that must answer.
    pub required: Vec<RegisterId>,
    /// How many registers must answer, this one included.
    pub min_answered: usize,
    /// What to do when required answers are missing.
    pub on_missing: OnMissing,
}

/// The registers to ask.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// Only this register.
    Local,
    /// This register and all its peers.
    #[default]
    Federated,
}

/// What to do when a required register does not answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnMissing {
    /// Return the answers that arrived, with the status of each register.
    #[default]
    Partial,
    /// Refuse the request.
    Fail,
}

impl Policy {
    /// A policy for this register alone.
    pub fn local() -> Self {
        Self {
            scope: Scope::Local,
            ..Self::default()
        }
    }

    /// Returns the unmet requirement once the pending registers can no longer satisfy the policy.
    pub fn unmet_requirement(&self, known: &[RegisterStatus], pending: &[RegisterId]) -> Option<UnmetRequirement> {
        if self.on_missing == OnMissing::Partial {
            return None;
        }
        let answered = |register: &RegisterId| {
            let of = |status: &&RegisterStatus| status.register == *register && status.state == RegisterState::Ok;
            known.iter().any(|status| of(&status))
        };
        let lost = self
            .required
            .iter()
            .filter(|register| !answered(register) && !pending.contains(register));
        let lost: Vec<RegisterId> = lost.cloned().collect();
        let possible = known.iter().filter(|status| status.state == RegisterState::Ok).count() + pending.len();
        (!lost.is_empty() || possible < self.min_answered).then_some(UnmetRequirement {
            required: lost,
            possible,
            needed: self.min_answered,
        })
    }
}

/// What a policy requires and cannot get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnmetRequirement {
    /// Required registers that have failed or are not known.
    pub required: Vec<RegisterId>,
    /// How many registers can still answer at most.
    pub possible: usize,
    /// How many must.
    pub needed: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> RegisterId {
        RegisterId::parse(text).unwrap()
    }

    fn status(register: &str, state: RegisterState) -> RegisterStatus {
        RegisterStatus {
            state,
            ..RegisterStatus::of(id(register))
        }
    }

    #[test]
    fn failed_required_register_is_unmet_at_once() {
        let policy = Policy {
            required: vec![id("noord")],
            on_missing: OnMissing::Fail,
            ..Policy::default()
        };
        let own = status("own", RegisterState::Ok);
        assert_eq!(
            policy.unmet_requirement(std::slice::from_ref(&own), &[id("noord"), id("zuid")]),
            None
        );
        let failed = [own.clone(), status("noord", RegisterState::TimedOut)];
        let missing = policy.unmet_requirement(&failed, &[id("zuid")]).unwrap();
        assert_eq!(missing.required, [id("noord")]);
        assert_eq!(
            policy.unmet_requirement(&[own, status("noord", RegisterState::Ok)], &[]),
            None
        );
    }

    #[test]
    fn unknown_required_register_is_unmet() {
        let policy = Policy {
            required: vec![id("elders")],
            on_missing: OnMissing::Fail,
            ..Policy::default()
        };
        assert!(policy.unmet_requirement(&[], &[id("noord")]).is_some());
    }

    #[test]
    fn minimum_number_of_answers_is_required() {
        let policy = Policy {
            min_answered: 2,
            on_missing: OnMissing::Fail,
            ..Policy::default()
        };
        let states = [status("own", RegisterState::Ok), status("noord", RegisterState::Unreachable)];
        assert_eq!(policy.unmet_requirement(&states, &[id("zuid")]), None);
        assert_eq!(
            policy.unmet_requirement(&states, &[]).map(|missing| missing.possible),
            Some(1)
        );
    }

    #[test]
    fn partial_answers_require_nothing() {
        let policy = Policy {
            required: vec![id("noord")],
            min_answered: 9,
            ..Policy::default()
        };
        assert_eq!(policy.unmet_requirement(&[], &[]), None);
    }
}
