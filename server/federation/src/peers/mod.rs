//! Peers: the registers that this one exchanges with, each with its circuit, its connection and what it last said of itself.
//!
//! The background connects, asks [`Peer::described`] and closes the circuit; requests use the connection that is there
//! ([`Peer::client`]) and report how it went ([`Peer::report`]). They never dial a peer that is known to be away.

mod check;
mod circuit;
mod described;
mod dial;
mod probe;
mod trouble;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use client::Client;
use jiff::Timestamp;
use register::clock::Clock;
use register::identifier::{OrganisationId, RegisterId};
use register::organisation::OrganisationStatus;
use register::peer::PeerMode;
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

pub use check::PeerCheck;
pub use circuit::CircuitState;
pub use described::{CAPABILITIES, CONTRACT, Described, Held};
pub use trouble::{Trouble, TroubleKind};

use super::decisions::Decisions;
use super::replicate::{Copied, Copying};
use circuit::Circuit;
use dial::Dialling;

/// From where a peer is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The node's configuration.
    Configuration,
    /// An operator has put it.
    Admin,
}

/// A peer, as long as its settings stay the same.
pub struct Peer {
    settings: register::peer::Peer,
    source: Source,
    dialling: Dialling,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
    circuits: watch::Sender<CircuitState>,
    /// Wakes the background before its time.
    wake: Notify,
    stop: CancellationToken,
    described: ArcSwapOption<Described>,
    held: Mutex<BTreeMap<OrganisationId, OrganisationStatus>>,
    decisions: Arc<Decisions>,
    copying: ArcSwapOption<Copying>,
}

struct State {
    circuit: Circuit,
    client: Option<Client>,
    trouble: Option<Trouble>,
    last_contact: Option<Timestamp>,
}

impl Peer {
    pub(super) fn new(
        settings: register::peer::Peer,
        source: Source,
        tls: &server_core::config::TlsSettings,
        clock: Arc<dyn Clock>,
        decisions: Arc<Decisions>,
    ) -> Self {
        Self {
            dialling: Dialling::new(&settings, tls),
            settings,
            source,
            clock,
            state: Mutex::new(State {
                circuit: Circuit::new(),
                client: None,
                trouble: None,
                last_contact: None,
            }),
            circuits: watch::Sender::new(CircuitState::HalfOpen),
            wake: Notify::new(),
            stop: CancellationToken::new(),
            described: ArcSwapOption::empty(),
            held: Mutex::default(),
            decisions,
            copying: ArcSwapOption::empty(),
        }
    }

    /// Its register id.
    pub fn register(&self) -> &RegisterId {
        &self.settings.register
    }

    /// What was said of it.
    pub fn settings(&self) -> &register::peer::Peer {
        &self.settings
    }

    /// By whom.
    pub fn source(&self) -> Source {
        self.source
    }

    /// Whether it is copied or asked.
    pub fn mode(&self) -> PeerMode {
        self.settings.mode
    }

    /// What a question to it may take at most.
    pub fn budget(&self) -> Duration {
        Duration::from_millis(self.settings.budget_ms)
    }

    /// Whether it is asked at the moment.
    pub fn circuit(&self) -> CircuitState {
        self.lock().circuit.state()
    }

    /// Wakes its holder when that changes.
    pub fn circuits(&self) -> watch::Receiver<CircuitState> {
        self.circuits.subscribe()
    }

    /// What went wrong last, until it is well again.
    pub fn trouble(&self) -> Option<Trouble> {
        self.lock().trouble.clone()
    }

    /// When it last answered.
    pub fn last_contact(&self) -> Option<Timestamp> {
        self.lock().last_contact
    }

    /// What it last said of itself.
    pub fn described(&self) -> Option<Arc<Described>> {
        self.described.load_full()
    }

    /// The organisations that it says it holds, other than those it merely knows.
    pub fn held(&self) -> BTreeMap<OrganisationId, OrganisationStatus> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The connection to ask it over, or why it is not asked now. Touches no network.
    pub fn client(&self) -> Result<Client, Trouble> {
        let state = self.lock();
        match (state.circuit.state(), &state.client) {
            (CircuitState::Closed, Some(client)) => Ok(client.clone()),
            _ => Err(state.trouble.clone().unwrap_or_else(not_tried_yet)),
        }
    }

    /// Says how a question to it went that had `allowed` to be answered. A failure opens the circuit.
    pub fn report(&self, outcome: Result<(), &client::Error>, allowed: Duration) {
        match outcome {
            Ok(()) => {
                let mut state = self.lock();
                state.circuit.answered();
                state.last_contact = Some(self.clock.now());
            }
            Err(error) => self.failed(Trouble::of(error), allowed >= self.budget()),
        }
    }

    /// What is copied from it, once there is something to show.
    pub fn copied(&self) -> Option<Arc<Copied>> {
        self.copying.load().as_ref()?.copied()
    }

    /// The copy of it that is kept, whole or not.
    pub fn copying(&self) -> Option<Arc<Copying>> {
        self.copying.load_full()
    }

    pub(super) fn copies_by(&self, copying: Arc<Copying>) {
        self.copying.store(Some(copying));
    }

    /// Notes what it has just said of itself, because it holds something else than before.
    fn learn(&self, described: Described) {
        self.holds(described.claims());
        self.described.store(Some(Arc::new(described)));
    }

    /// Notes what it holds, and wakes who decides if that is news. Gives the claim that a decision must have heard.
    pub(super) fn holds(&self, held: BTreeMap<OrganisationId, OrganisationStatus>) -> u64 {
        let mut known = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if *known == held {
            return self.decisions.claimed();
        }
        *known = held;
        self.decisions.claim()
    }

    /// Cancelled when it is no peer any more, or another one under the same name.
    pub(super) fn stopping(&self) -> &CancellationToken {
        &self.stop
    }

    /// Ends all that goes on with it, and waits for its copy to be closed.
    pub(super) async fn stop(&self) {
        self.stop.cancel();
        if let Some(copying) = self.copying.load_full() {
            copying.closed().await;
        }
    }

    /// Notes a failure. One whose answer had less time than the budget counts only when it is not alone.
    pub(super) fn failed(&self, trouble: Trouble, had_its_time: bool) {
        let register = self.register();
        metrics::counter!("mwr_peer_failures_total", "peer" => register.to_string(), "problem" => trouble.kind.as_str())
            .increment(1);
        let mut state = self.lock();
        let before = state.circuit.state();
        if trouble.kind == TroubleKind::TimedOut && !had_its_time {
            state.circuit.was_late();
        } else {
            state.circuit.failed();
        }
        let after = state.circuit.state();
        if after == CircuitState::Open {
            // The next connection is made with the files as they are then.
            state.client = None;
            let is_news = state.trouble.as_ref() != Some(&trouble);
            if is_news {
                tracing::warn!(peer.id = %register, problem = trouble.kind.as_str(), "peer `{register}` is not asked for now: {trouble}");
            }
            state.trouble = Some(trouble);
        }
        drop(state);
        if before != after {
            self.show_circuit(after);
            self.wake.notify_one();
        }
    }

    fn show_circuit(&self, state: CircuitState) {
        self.circuits.send_replace(state);
        let value = match state {
            CircuitState::Closed => 1.0,
            CircuitState::Open | CircuitState::HalfOpen => 0.0,
        };
        metrics::gauge!("mwr_peer_up", "peer" => self.register().to_string()).set(value);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn not_tried_yet() -> Trouble {
    Trouble::new(TroubleKind::Unreachable, "it was not reached yet since the node started")
}

impl std::fmt::Debug for Peer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Peer({}, {:?})", self.register(), self.circuit())
    }
}
