//! What an answer needs, and whether it can still come to that.

use register::identifier::RegisterId;

use super::status::{RegisterState, RegisterStatus};

/// Which registers are asked, and what an answer needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Which are asked.
    pub scope: Scope,
    /// Those that must answer.
    pub required: Vec<RegisterId>,
    /// So many must answer, the asked one included.
    pub min_answered: usize,
    /// What to do when they do not.
    pub on_missing: OnMissing,
}

/// Which registers are asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// This one alone.
    Local,
    /// This one and each that it exchanges with.
    #[default]
    Federated,
}

/// What to do when a register that is needed does not answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnMissing {
    /// Answer with what there is, and say so.
    #[default]
    Partial,
    /// Refuse.
    Fail,
}

impl Policy {
    /// This register alone.
    pub fn local() -> Self {
        Self {
            scope: Scope::Local,
            ..Self::default()
        }
    }

    /// Why the answer cannot come to what is needed any more, when so many registers have yet to answer beside those in
    /// `known`; nothing while it can.
    pub fn is_out_of_reach(&self, known: &[RegisterStatus], pending: &[RegisterId]) -> Option<Missing> {
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
        (!lost.is_empty() || possible < self.min_answered).then_some(Missing {
            required: lost,
            possible,
            needed: self.min_answered,
        })
    }
}

/// What an answer lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// Registers that must answer and do not.
    pub required: Vec<RegisterId>,
    /// How many can still answer at most.
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
    fn what_is_required_is_out_of_reach_as_soon_as_it_has_failed() {
        let policy = Policy {
            required: vec![id("noord")],
            on_missing: OnMissing::Fail,
            ..Policy::default()
        };
        let own = status("own", RegisterState::Ok);
        assert_eq!(
            policy.is_out_of_reach(std::slice::from_ref(&own), &[id("noord"), id("zuid")]),
            None
        );
        let failed = [own.clone(), status("noord", RegisterState::TimedOut)];
        let missing = policy.is_out_of_reach(&failed, &[id("zuid")]).unwrap();
        assert_eq!(missing.required, [id("noord")]);
        assert_eq!(policy.is_out_of_reach(&[own, status("noord", RegisterState::Ok)], &[]), None);
    }

    #[test]
    fn a_register_that_is_no_peer_can_never_answer() {
        let policy = Policy {
            required: vec![id("elders")],
            on_missing: OnMissing::Fail,
            ..Policy::default()
        };
        assert!(policy.is_out_of_reach(&[], &[id("noord")]).is_some());
    }

    #[test]
    fn enough_must_answer_and_not_all() {
        let policy = Policy {
            min_answered: 2,
            on_missing: OnMissing::Fail,
            ..Policy::default()
        };
        let states = [status("own", RegisterState::Ok), status("noord", RegisterState::Unreachable)];
        assert_eq!(policy.is_out_of_reach(&states, &[id("zuid")]), None);
        assert_eq!(policy.is_out_of_reach(&states, &[]).map(|missing| missing.possible), Some(1));
    }

    #[test]
    fn who_takes_what_there_is_never_lacks_anything() {
        let policy = Policy {
            required: vec![id("noord")],
            min_answered: 9,
            ..Policy::default()
        };
        assert_eq!(policy.is_out_of_reach(&[], &[]), None);
    }
}
