//! The circuit breaker of a peer: whether requests are sent to it.
//!
//! After a failure, requests skip the peer and a background probe tries it with growing backoff until it answers. The machine
//! is pure: time and randomness are parameters. It starts half-open, so that the first request after start-up does not have to
//! wait for what the probe finds out anyway.

use std::time::Duration;

use rand::{Rng as _, RngCore};

/// The first and the longest pause before the next probe.
const MIN_BACKOFF: Duration = Duration::from_millis(500);
const MAX_BACKOFF: Duration = Duration::from_secs(30);

/// This many late answers in a row open the circuit, even if the requests had less time than the peer's budget.
const LATE_ANSWERS: u32 = 3;

/// Whether requests are sent to a peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CircuitState {
    /// Requests are sent.
    Closed,
    /// The peer failed; no requests are sent.
    Open,
    /// A background probe is under way; no requests are sent.
    HalfOpen,
}

impl CircuitState {
    /// The value in metrics.
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

    /// A probe starts.
    pub(super) fn begin_probe(&mut self) {
        if self.state == CircuitState::Open {
            self.state = CircuitState::HalfOpen;
        }
    }

    /// A request succeeded. Only the probe closes the circuit; a late response to an earlier request does not.
    pub(super) fn request_succeeded(&mut self) {
        self.late = 0;
        if self.state == CircuitState::Closed {
            self.failures = 0;
        }
    }

    /// A probe succeeded: the circuit closes.
    pub(super) fn probe_succeeded(&mut self) {
        *self = Self {
            state: CircuitState::Closed,
            ..Self::new()
        };
    }

    /// A request or probe failed: the circuit opens.
    pub(super) fn request_failed(&mut self) {
        if self.state != CircuitState::Open {
            self.failures = self.failures.saturating_add(1);
        }
        self.state = CircuitState::Open;
        self.late = 0;
    }

    /// A response did not arrive within a time shorter than the peer's budget. One such case says little about the peer.
    pub(super) fn request_was_late(&mut self) {
        self.late += 1;
        if self.late >= LATE_ANSWERS {
            self.request_failed();
        }
    }

    /// The pause before the next probe: doubles with each failure, up to the maximum, with 50% jitter so that the probes of many
    /// nodes spread out.
    pub(super) fn backoff(&self, random: &mut dyn RngCore) -> Duration {
        let doublings = self.failures.saturating_sub(1).min(16);
        let pause = MIN_BACKOFF.saturating_mul(1 << doublings).min(MAX_BACKOFF);
        pause.mul_f64(random.random_range(0.5..=1.0))
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;
    use rand::rngs::StdRng;

    use super::*;

    #[test]
    fn one_failure_opens_and_only_a_probe_closes() {
        let mut circuit = Circuit::new();
        assert_eq!(circuit.state(), CircuitState::HalfOpen);
        circuit.probe_succeeded();
        circuit.request_failed();
        circuit.request_succeeded();
        assert_eq!(circuit.state(), CircuitState::Open);
        circuit.begin_probe();
        assert_eq!(circuit.state(), CircuitState::HalfOpen);
        circuit.probe_succeeded();
        assert_eq!(circuit.state(), CircuitState::Closed);
    }

    #[test]
    fn late_answers_open_only_in_a_row() {
        let mut circuit = Circuit::new();
        circuit.probe_succeeded();
        circuit.request_was_late();
        circuit.request_was_late();
        circuit.request_succeeded();
        circuit.request_was_late();
        assert_eq!(circuit.state(), CircuitState::Closed);
        circuit.request_was_late();
        circuit.request_was_late();
        assert_eq!(circuit.state(), CircuitState::Open);
    }

    #[test]
    fn backoff_doubles_with_jitter_up_to_the_maximum() {
        let mut random = StdRng::seed_from_u64(7);
        let mut circuit = Circuit::new();
        for expected in [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000] {
            circuit.request_failed();
            let pause = circuit.backoff(&mut random);
            let most = Duration::from_millis(expected);
            assert!((most / 2..=most).contains(&pause), "{pause:?} of {most:?}");
            circuit.begin_probe();
        }
        circuit.probe_succeeded();
        circuit.request_failed();
        assert!(circuit.backoff(&mut random) <= MIN_BACKOFF);
    }
}
