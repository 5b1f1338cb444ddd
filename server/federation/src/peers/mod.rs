//! Peers: the registers that this one exchanges data with, each with its circuit, connection and latest description.
//!
//! A background task connects, fetches the [`Peer::description`] and closes the circuit. Requests use the open connection
//! ([`Peer::client`]) and report the outcome ([`Peer::report`]). They never dial, and skip a peer that is known to be away.

mod check;
mod circuit;
mod description;
mod dial;
mod probe;
mod problem;
mod refreshes;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use client::{AnswerLimits, Client};
use jiff::Timestamp;
use register::clock::Clock;
use register::identifier::{OrganisationId, RegisterId};
use register::organisation::OrganisationStatus;
use register::peer::PeerMode;
use server_core::config::{FederationSettings, TlsSettings};
use server_core::lifecycle::Tasks;
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

pub use check::PeerCheck;
pub use circuit::CircuitState;
pub use description::{CAPABILITIES, CONTRACT, HeldOrganisation, PeerDescription};
pub use problem::{PeerProblem, PeerProblemKind};

use super::decisions::AuthorityDecisions;
use super::received::{BadAnswer, PeerReader};
use super::replicate::{CopyKeeper, PeerCopy};
use circuit::Circuit;
use dial::PeerDialler;
use refreshes::RecentRefreshes;

/// Who named a peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeerSource {
    /// The node's configuration.
    Configuration,
    /// An operator, through the admin service.
    Admin,
}

/// A peer with fixed settings. Changed settings make a new one.
pub struct Peer {
    settings: register::peer::Peer,
    source: PeerSource,
    dialler: PeerDialler,
    bounds: FederationSettings,
    clock: Arc<dyn Clock>,
    tasks: Tasks,
    state: Mutex<PeerState>,
    circuits: watch::Sender<CircuitState>,
    /// Wakes the probe before its time.
    wake: Notify,
    stop: CancellationToken,
    description: ArcSwapOption<PeerDescription>,
    /// Held for time in proportion to what the peer holds: taken on threads for blocking work only.
    held: Arc<Mutex<BTreeMap<OrganisationId, OrganisationStatus>>>,
    refreshes: Mutex<RecentRefreshes>,
    decisions: Arc<AuthorityDecisions>,
    copy_keeper: ArcSwapOption<CopyKeeper>,
}

struct PeerState {
    circuit: Circuit,
    client: Option<Client>,
    problem: Option<PeerProblem>,
    last_contact: Option<Timestamp>,
}

impl Peer {
    pub(super) fn new(
        settings: register::peer::Peer,
        source: PeerSource,
        (tls, bounds): (&TlsSettings, FederationSettings),
        clock: Arc<dyn Clock>,
        decisions: Arc<AuthorityDecisions>,
        tasks: Tasks,
    ) -> Self {
        Self {
            dialler: PeerDialler::new(&settings, tls),
            bounds,
            settings,
            source,
            clock,
            tasks,
            state: Mutex::new(PeerState {
                circuit: Circuit::new(),
                client: None,
                problem: None,
                last_contact: None,
            }),
            circuits: watch::Sender::new(CircuitState::HalfOpen),
            wake: Notify::new(),
            stop: CancellationToken::new(),
            description: ArcSwapOption::empty(),
            held: Arc::default(),
            refreshes: Mutex::default(),
            decisions,
            copy_keeper: ArcSwapOption::empty(),
        }
    }

    /// The bounds of what it may send.
    pub fn bounds(&self) -> &FederationSettings {
        &self.bounds
    }

    /// The bounds of one answer.
    pub(super) fn answer_limits(&self) -> AnswerLimits {
        AnswerLimits {
            bytes: self.bounds.answer,
            elements: self.bounds.elements_per_answer(),
        }
    }

    /// Reads an answer of it on a thread for blocking work: that takes time in proportion to what it sent.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&PeerReader) -> Result<T, BadAnswer> + Send + 'static,
    ) -> Result<T, BadAnswer> {
        let reader = PeerReader::new(self.clock.today());
        let outcome = self.tasks.blocking(move || read(&reader)).await;
        outcome.unwrap_or_else(|_| Err(BadAnswer::new("its answer could not be read")))
    }

    /// Its register id.
    pub fn register(&self) -> &RegisterId {
        &self.settings.register
    }

    /// Its settings.
    pub fn settings(&self) -> &register::peer::Peer {
        &self.settings
    }

    /// Who named it.
    pub fn source(&self) -> PeerSource {
        self.source
    }

    /// Whether it is copied or queried.
    pub fn mode(&self) -> PeerMode {
        self.settings.mode
    }

    /// The maximum time for a request to it.
    pub fn budget(&self) -> Duration {
        Duration::from_millis(self.settings.budget_ms)
    }

    /// The state of its circuit.
    pub fn circuit(&self) -> CircuitState {
        self.lock().circuit.state()
    }

    /// Notifies the receiver of each change of the circuit.
    pub fn circuit_changes(&self) -> watch::Receiver<CircuitState> {
        self.circuits.subscribe()
    }

    /// The last failure; `None` once a probe has succeeded.
    pub fn problem(&self) -> Option<PeerProblem> {
        self.lock().problem.clone()
    }

    /// The time of its last answer.
    pub fn last_contact(&self) -> Option<Timestamp> {
        self.lock().last_contact
    }

    /// Its latest description.
    pub fn description(&self) -> Option<Arc<PeerDescription>> {
        self.description.load_full()
    }

    /// The status of each organisation that it holds, without those it only knows. Call it on a thread for blocking work.
    pub fn held(&self) -> BTreeMap<OrganisationId, OrganisationStatus> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The open connection, or the problem that keeps the circuit open. Does no I/O.
    pub fn client(&self) -> Result<Client, PeerProblem> {
        let state = self.lock();
        match (state.circuit.state(), &state.client) {
            (CircuitState::Closed, Some(client)) => Ok(client.clone()),
            _ => Err(state.problem.clone().unwrap_or_else(not_tried_yet)),
        }
    }

    /// Reports the outcome of a request that had `allowed` to complete. A failure opens the circuit.
    pub fn report(&self, outcome: Result<(), &client::Error>, allowed: Duration) {
        match outcome {
            Ok(()) => {
                let mut state = self.lock();
                state.circuit.request_succeeded();
                state.last_contact = Some(self.clock.now());
            }
            Err(error) => self.record_failure(PeerProblem::of(error), allowed >= self.budget()),
        }
    }

    /// Limits all steps of a request together to `allowed`: the call, reading its answer, and a description fetched because of it.
    /// When that time is over, reports a timeout.
    pub(super) async fn within<T>(
        &self,
        allowed: Duration,
        request: impl Future<Output = Result<T, PeerProblem>>,
    ) -> Result<T, PeerProblem> {
        match tokio::time::timeout(allowed, request).await {
            Ok(outcome) => outcome,
            Err(_) => {
                let error = client::Error::Deadline(allowed);
                self.report(Err(&error), allowed);
                Err(PeerProblem::of(&error))
            }
        }
    }

    /// Reports an answer that breaks the contract, and opens the circuit. Returns the problem.
    pub(super) fn report_bad(&self, fault: BadAnswer) -> PeerProblem {
        let problem = PeerProblem::from(fault);
        self.record_failure(problem.clone(), true);
        problem
    }

    /// The copy of it, once it has a complete state.
    pub fn copy(&self) -> Option<Arc<PeerCopy>> {
        self.copy_keeper.load().as_ref()?.copy()
    }

    /// The keeper of its copy, complete or not.
    pub fn copy_keeper(&self) -> Option<Arc<CopyKeeper>> {
        self.copy_keeper.load_full()
    }

    pub(super) fn set_copy_keeper(&self, copy_keeper: Arc<CopyKeeper>) {
        self.copy_keeper.store(Some(copy_keeper));
    }

    /// Takes over a new description, with its holdings.
    async fn update_description(&self, description: PeerDescription) {
        let description = Arc::new(description);
        self.update_holdings(claims_of(&description)).await;
        self.description.store(Some(description));
    }

    /// Records what it holds, and adds a claim if that changed. Returns the claim that a decision must cover. The holdings are
    /// collected and compared on a thread for blocking work: a peer may hold a hundred thousand organisations.
    pub(super) async fn update_holdings(
        &self,
        collect: impl FnOnce() -> BTreeMap<OrganisationId, OrganisationStatus> + Send + 'static,
    ) -> u64 {
        let (known, decisions) = (Arc::clone(&self.held), Arc::clone(&self.decisions));
        let update = move || {
            let held = collect();
            let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
            if *known == held {
                return decisions.last_claim();
            }
            *known = held;
            decisions.add_claim()
        };
        let updated = self.tasks.blocking(update).await;
        // Fails only at shutdown.
        updated.unwrap_or_else(|_| self.decisions.last_claim())
    }

    /// Cancelled when the peer is removed or its settings change.
    pub(super) fn stopping(&self) -> &CancellationToken {
        &self.stop
    }

    /// Stops its tasks, and waits until its copy is closed.
    pub(super) async fn stop(&self) {
        self.stop.cancel();
        if let Some(copy_keeper) = self.copy_keeper.load_full() {
            copy_keeper.closed().await;
        }
    }

    /// Records a failure. A timeout of a request with less time than the budget opens the circuit only if it repeats.
    pub(super) fn record_failure(&self, problem: PeerProblem, had_full_budget: bool) {
        let register = self.register();
        metrics::counter!("mwr_peer_failures_total", "peer" => register.to_string(), "problem" => problem.kind.as_str())
            .increment(1);
        let mut state = self.lock();
        let before = state.circuit.state();
        if problem.kind == PeerProblemKind::TimedOut && !had_full_budget {
            state.circuit.request_was_late();
        } else {
            state.circuit.request_failed();
        }
        let after = state.circuit.state();
        if after == CircuitState::Open {
            // The next connection reads the certificate files anew.
            state.client = None;
            let is_new = state.problem.as_ref() != Some(&problem);
            if is_new {
                tracing::warn!(peer.id = %register, problem = problem.kind.as_str(), "peer `{register}` is skipped for now: {problem}");
            }
            state.problem = Some(problem);
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

    fn lock(&self) -> MutexGuard<'_, PeerState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The claims of a description, for [`Peer::update_holdings`].
fn claims_of(description: &Arc<PeerDescription>) -> impl FnOnce() -> BTreeMap<OrganisationId, OrganisationStatus> + use<> {
    let description = Arc::clone(description);
    move || description.claims()
}

fn not_tried_yet() -> PeerProblem {
    PeerProblem::new(PeerProblemKind::Unreachable, "it has not been reached since the node started")
}

impl std::fmt::Debug for Peer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Peer({}, {:?})", self.register(), self.circuit())
    }
}
