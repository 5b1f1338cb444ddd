//! The circuit of a peer: whether it is asked at all. A peer that has failed is left alone by requests and tried in the
//! background, ever later, until it answers.
//!
//! A pure machine: time and chance are handed in. It begins half-open, so that the first question after a start does not
//! find out what the background finds out anyway.

use std::time::Duration;

use rand::{Rng as _, RngCore};

/// The first pause before a peer is tried again, and the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// So many answers in a row that came too late open the circuit, even if the caller had little patience.
const LATE_ANSWERS: u32 = 3;

/// Whether a peer is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CircuitState {
    /// It is.
    Closed,
    /// It is not: it failed.
    Open,
    /// It is being tried in the background.
    HalfOpen,
}

impl CircuitState {
    /// The word in metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Open => "open",
            Self::HalfOpen => "half_open",
        }
    }
}

/// The circuit of one peer.
#[derive(Clone, Debug)]
pub(super) struct Circuit {
    state: CircuitState,
    failures: u32,
    late: u32,
}

impl Circuit {
    pub(super) fn new() -> Self {
        Self {
            state: CircuitState::HalfOpen,
            failures: 0,
            late: 0,
        }
    }

    pub(super) fn state(&self) -> CircuitState {
        self.state
    }

    /// The background begins to try.
    pub(super) fn trying(&mut self) {
        if self.state == CircuitState::Open {
            self.state = CircuitState::HalfOpen;
        }
    }

    /// It has answered as it should. Only the background closes a circuit: a late answer to a question of before does not.
    pub(super) fn answered(&mut self) {
        self.late = 0;
        if self.state == CircuitState::Closed {
            self.failures = 0;
        }
    }

    /// The background has found it well.
    pub(super) fn is_well(&mut self) {
        *self = Self {
            state: CircuitState::Closed,
            ..Self::new()
        };
    }

    /// It has failed.
    pub(super) fn failed(&mut self) {
        if self.state != CircuitState::Open {
            self.failures = self.failures.saturating_add(1);
        }
        self.state = CircuitState::Open;
        self.late = 0;
    }

    /// Its answer did not come within a time that was shorter than its budget: that says little about it.
    pub(super) fn was_late(&mut self) {
        self.late += 1;
        if self.late >= LATE_ANSWERS {
            self.failed();
        }
    }

    /// How long to wait before it is tried again: doubling, at least half of it, the rest by chance, so that many nodes do not
    /// come together.
    pub(super) fn pause(&self, random: &mut dyn RngCore) -> Duration {
        let doublings = self.failures.saturating_sub(1).min(16);
        let pause = FIRST_PAUSE.saturating_mul(1 << doublings).min(LONGEST_PAUSE);
        pause.mul_f64(random.random_range(0.5..=1.0))
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;
    use rand::rngs::StdRng;

    use super::*;

    #[test]
    fn one_failure_opens_it_and_only_the_background_closes_it() {
        let mut circuit = Circuit::new();
        assert_eq!(circuit.state(), CircuitState::HalfOpen);
        circuit.is_well();
        circuit.failed();
        circuit.answered();
        assert_eq!(circuit.state(), CircuitState::Open);
        circuit.trying();
        assert_eq!(circuit.state(), CircuitState::HalfOpen);
        circuit.is_well();
        assert_eq!(circuit.state(), CircuitState::Closed);
    }

    #[test]
    fn an_impatient_caller_does_not_open_it_alone() {
        let mut circuit = Circuit::new();
        circuit.is_well();
        circuit.was_late();
        circuit.was_late();
        circuit.answered();
        circuit.was_late();
        assert_eq!(circuit.state(), CircuitState::Closed);
        circuit.was_late();
        circuit.was_late();
        assert_eq!(circuit.state(), CircuitState::Open);
    }

    #[test]
    fn pauses_double_up_to_the_longest_with_chance_in_them() {
        let mut random = StdRng::seed_from_u64(7);
        let mut circuit = Circuit::new();
        for expected in [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000] {
            circuit.failed();
            let pause = circuit.pause(&mut random);
            let most = Duration::from_millis(expected);
            assert!((most / 2..=most).contains(&pause), "{pause:?} of {most:?}");
            circuit.trying();
        }
        circuit.is_well();
        circuit.failed();
        assert!(circuit.pause(&mut random) <= FIRST_PAUSE);
    }
}
