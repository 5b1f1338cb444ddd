//! The task of a copy: opens it, follows the peer's changes while it is reachable, and applies decisions on authority.

mod authority;

use std::sync::Arc;
use std::time::Duration;

use client::{Client, Error as ClientError, Watch, WatchEvent, WatchFrom, WatchLimits};
use futures::FutureExt as _;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use register::clock::Clock;
use register::identifier::RegisterId;
use register::position::Position;
use register::view::View;
use server_core::error::Error;
use storage::{ReplicaArrival, ReplicaState};
use tokio::sync::watch;
use tokio::time::{Interval, MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use super::arriving::{ArrivalError, ArrivingState};
use super::holdings::ReportedHoldings;
use super::keeper::{CopyKeeper, CopyResources};
use super::step::{PendingChanges, check_sizes, removing_expired_names};
use crate::Federation;
use crate::decisions::{AuthorityDecision, AuthorityDecisions};
use crate::peers::{CircuitState, Peer, PeerProblem, PeerProblemKind};
use crate::received::{BadAnswer, PeerReader};

/// The interval at which an idle peer reports its position.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(2);

/// The interval at which a position without changes is written to the store.
const STORE_INTERVAL: SignedDuration = SignedDuration::from_mins(1);

/// The interval between checks for expired names, as for the register's own.
const CALENDAR_INTERVAL: Duration = Duration::from_secs(60);

/// The maximum number of changes combined in one step.
const MAX_CHANGES_PER_STEP: usize = 2_000;

/// The pause after a local failure, such as a disk error.
const RETRY_AFTER: Duration = Duration::from_secs(5);

pub(crate) struct CopyFollower {
    peer: Arc<Peer>,
    keeper: Arc<CopyKeeper>,
    resources: CopyResources,
    clock: Arc<dyn Clock>,
    decisions: Arc<AuthorityDecisions>,
    decided: watch::Receiver<AuthorityDecision>,
    holdings: ReportedHoldings,
    /// The claim that follows from the holdings. Decisions that do not cover it say nothing about this peer.
    claim: u64,
    /// Whether the peer has sent its full state since start-up. Refused officers are not stored, so they are unknown until then.
    has_full_state: bool,
    /// Whether the next watch must begin with the full state.
    reload: bool,
    stored_at: Timestamp,
    calendar: Interval,
    /// The day up to which expired names were removed, and the position of the copy then.
    names_removed_at: Option<(Date, Position)>,
}

/// Why following stopped.
enum FollowEnd {
    /// The stream failed.
    Broken(ClientError),
    /// The full state is needed: the peer became authoritative for more organisations.
    Reload,
}

impl Federation {
    /// Starts keeper `peer`.
    pub(crate) fn start_copy(&self, peer: &Arc<Peer>) {
        let keeper = CopyKeeper::new(peer.register().clone(), Arc::clone(&self.copies));
        peer.set_copy_keeper(Arc::clone(&keeper));
        let mut calendar = tokio::time::interval(CALENDAR_INTERVAL);
        calendar.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let follower = CopyFollower {
            peer: Arc::clone(peer),
            keeper,
            resources: CopyResources {
                replicas: Arc::clone(&self.parts.replicas),
                index: server_core::views::SearchParts {
                    index_dir: self.index_folder(peer.register()),
                    language: Arc::clone(&self.language),
                },
                tasks: self.tasks.clone(),
            },
            clock: Arc::clone(&self.clock),
            decided: self.decisions.subscribe(),
            decisions: Arc::clone(&self.decisions),
            holdings: ReportedHoldings::default(),
            claim: self.decisions.last_claim(),
            has_full_state: false,
            reload: false,
            stored_at: Timestamp::UNIX_EPOCH,
            calendar,
            names_removed_at: None,
        };
        let shutdown = self.tasks.shutdown().clone();
        self.tasks.spawn(follower.run(shutdown));
    }
}

fn count_step(register: &RegisterId) {
    metrics::counter!("mwr_replica_steps_total", "peer" => register.to_string()).increment(1);
}

fn without_beginning() -> ClientError {
    BadAnswer::new("a full state came without its beginning").into()
}

impl CopyFollower {
    async fn run(mut self, shutdown: CancellationToken) {
        let peer = Arc::clone(&self.peer);
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = peer.stopping().cancelled() => {}
            () = self.follow_until_stopped() => {}
        }
        self.keeper.close().await;
    }

    async fn follow_until_stopped(&mut self) {
        while let Err(problem) = self.open().await {
            tracing::error!(%problem, peer.id = %self.peer.register(), "opening the copy of `{}` failed and will be retried", self.peer.register());
            tokio::time::sleep(RETRY_AFTER).await;
        }
        loop {
            let client = self.wait_for_peer().await;
            match self.follow(client).await {
                Ok(FollowEnd::Reload) => self.reload = true,
                Ok(FollowEnd::Broken(error)) => self.handle_broken_stream(&error),
                Err(problem) => {
                    tracing::error!(%problem, peer.id = %self.peer.register(), "following `{}` failed and will be retried", self.peer.register());
                    tokio::time::sleep(RETRY_AFTER).await;
                }
            }
        }
    }

    async fn open(&mut self) -> Result<(), Error> {
        let opened = self.keeper.open(&self.resources).await?;
        let view = opened.view();
        let record = move |holdings: &mut ReportedHoldings| {
            let organisations = view.iter().flat_map(|view| view.organisations());
            organisations.for_each(|organisation| holdings.record_organisation(organisation));
        };
        self.with_holdings(record).await?;
        // Nothing is shown before the first decision.
        self.decision_on_holdings().await?;
        self.keeper.show_opened(opened, &self.resources).await
    }

    /// Waits until the peer is reachable; applies decisions and removes expired names meanwhile.
    async fn wait_for_peer(&mut self) -> Client {
        let mut circuits = self.peer.circuit_changes();
        loop {
            if *circuits.borrow_and_update() == CircuitState::Closed
                && let Ok(client) = self.peer.client()
            {
                return client;
            }
            tokio::select! {
                _ = circuits.changed() => {}
                changed = self.decided.changed() => {
                    if changed.is_ok() {
                        self.apply_decision().await;
                    }
                }
                _ = self.calendar.tick() => self.remove_expired_names().await,
            }
        }
    }

    /// Handles a broken stream: only some reasons need more than waiting for the peer.
    fn handle_broken_stream(&mut self, error: &ClientError) {
        match error.reason() {
            // An orderly shutdown: another node of the register may take over.
            "SHUTTING_DOWN" => self
                .peer
                .record_failure(PeerProblem::new(PeerProblemKind::Unreachable, "it is stopping"), true),
            "EPOCH_CHANGED" | "POSITION_IN_FUTURE" | "POSITION_COMPACTED" => self.reload = true,
            _ => self.peer.record_failure(PeerProblem::of(error), true),
        }
    }

    async fn follow(&mut self, client: Client) -> Result<FollowEnd, Error> {
        self.reload |= self.lacks_described_holdings().await;
        let position = if self.reload { None } else { self.keeper.position() };
        let mut watch = client.watch(WatchFrom {
            position,
            organisations: Vec::new(),
            reload: true,
            progress_interval: Some(PROGRESS_INTERVAL),
        });
        watch = watch.within(WatchLimits {
            message: self.peer.answer_limits(),
            revision: self.peer.bounds().copy_per_peer,
        });
        loop {
            let event = tokio::select! {
                event = watch.attempt() => event,
                changed = self.decided.changed() => {
                    if changed.is_ok() && self.apply_decision().await {
                        return Ok(FollowEnd::Reload);
                    }
                    continue;
                }
                _ = self.calendar.tick() => {
                    self.remove_expired_names().await;
                    continue;
                }
            };
            match event {
                Ok(event) => {
                    if let Some(error) = self.process(event, &mut watch).await? {
                        return Ok(FollowEnd::Broken(error));
                    }
                }
                Err(error) => return Ok(FollowEnd::Broken(error)),
            }
        }
    }

    /// Processes an event and those that arrived after it. Returns the error with which the stream broke, if any.
    async fn process(&mut self, event: WatchEvent, watch: &mut Watch) -> Result<Option<ClientError>, Error> {
        match event {
            WatchEvent::SnapshotBegin { position } => self.receive_state(position, watch).await,
            // Part of a state without its beginning: a violation of the contract.
            WatchEvent::SnapshotEnd { .. } | WatchEvent::Changes { position: None, .. } => Ok(Some(without_beginning())),
            WatchEvent::Progress { position } => match self.check_position(position, None) {
                Err(fault) => Ok(Some(fault.into())),
                Ok(()) => self.confirm(position).await.map(|()| None),
            },
            WatchEvent::Changes {
                position: Some(position),
                changes,
            } => {
                let mut pending = PendingChanges::default();
                if let Err(fault) = self.check_position(position, None) {
                    return Ok(Some(fault.into()));
                }
                pending.add(changes);
                let mut reached = position;
                let mut broken = None;
                while pending.len() < MAX_CHANGES_PER_STEP {
                    let position = match watch.attempt().now_or_never() {
                        Some(Ok(WatchEvent::Changes {
                            position: Some(position),
                            changes,
                        })) => {
                            pending.add(changes);
                            position
                        }
                        Some(Ok(WatchEvent::Progress { position })) => position,
                        // A full state follows: the changes before it are obsolete.
                        Some(Ok(WatchEvent::SnapshotBegin { position })) => return self.receive_state(position, watch).await,
                        Some(Ok(_)) => {
                            broken = Some(without_beginning());
                            break;
                        }
                        Some(Err(error)) => {
                            broken = Some(error);
                            break;
                        }
                        None => break,
                    };
                    if let Err(fault) = self.check_position(position, Some(reached)) {
                        return Ok(Some(fault.into()));
                    }
                    reached = position;
                }
                match self.checked(pending).await {
                    Ok(pending) => self.step(pending, reached).await?,
                    Err(fault) => return Ok(Some(fault.into())),
                }
                Ok(broken)
            }
        }
    }

    /// Checks that the peer's position does not go back. A new epoch begins with a full state.
    fn check_position(&self, position: Position, reached: Option<Position>) -> Result<(), BadAnswer> {
        match reached.or_else(|| self.keeper.position()) {
            Some(reached) if reached.epoch != position.epoch || reached.revision > position.revision => {
                Err(BadAnswer::new("its position went back"))
            }
            _ => Ok(()),
        }
    }

    /// Checks changes by the rules for our own input, and the sizes before them: the bounds are exceeded by one step at most.
    async fn checked(&self, pending: PendingChanges) -> Result<PendingChanges, BadAnswer> {
        let bounds = self.peer.bounds().clone();
        let copied = self.keeper.view().map_or(0, |view| view.counts().entries);
        let (organisations, refused) = self.holdings.counts();
        let read = move |reader: &PeerReader| {
            pending.check(reader)?;
            pending.check_bounds(&bounds)?;
            check_sizes(organisations, copied + refused, &bounds)?;
            Ok(pending)
        };
        self.peer.read(read).await
    }

    /// Receives a full state. The former one is shown until it is complete.
    async fn receive_state(&mut self, begin: Position, watch: &mut Watch) -> Result<Option<ClientError>, Error> {
        tracing::info!(
            peer.id = %self.peer.register(), revision = begin.revision.0,
            "fetching the full state of `{}`, at revision {}", self.peer.register(), begin.revision
        );
        let received_before = watch.received_bytes();
        let mut arriving = ArrivingState::new(self.keeper.begin_arrival().await?);
        loop {
            match watch.attempt().await {
                Ok(WatchEvent::Changes { position: None, changes }) => {
                    let received = watch.received_bytes().saturating_sub(received_before);
                    match arriving.add(changes, received, &self.peer).await {
                        Ok(()) => {}
                        Err(ArrivalError::Bad(fault)) => return Ok(Some(fault.into())),
                        Err(ArrivalError::Failed(error)) => return Err(error),
                    }
                }
                Ok(WatchEvent::SnapshotEnd {
                    position,
                    organisations,
                    entries,
                }) if position == begin => {
                    return match arriving.end(organisations, entries) {
                        Ok((arrival, holdings)) => self.take_state(arrival, holdings, position).await.map(|()| None),
                        Err(fault) => Ok(Some(fault.into())),
                    };
                }
                Ok(_) => return Ok(Some(ClientError::BadAnswer("a full state was incomplete".to_owned()))),
                Err(error) => return Ok(Some(error)),
            }
        }
    }

    /// Makes a complete state the copy, except what the peer is not authoritative for.
    async fn take_state(
        &mut self,
        arrival: Box<dyn ReplicaArrival>,
        holdings: ReportedHoldings,
        position: Position,
    ) -> Result<(), Error> {
        self.holdings = holdings;
        let authorities = self.decision_on_holdings().await?;
        let (fetched_at, register) = (self.clock.now(), self.peer.register().clone());
        let kept = {
            let (authorities, register) = (Arc::clone(&authorities), register.clone());
            let kept = move |holdings: &mut ReportedHoldings| holdings.kept(&authorities, &register);
            self.with_holdings(kept).await?
        };
        let state = ReplicaState { position, fetched_at };
        let refused = match self.keeper.replace(arrival, state, kept, &self.resources).await {
            Ok(refused) => refused,
            Err(error) => {
                // Store and view must not diverge: fetch the full state again.
                self.reload = true;
                return Err(error);
            }
        };
        let record = {
            let register = register.clone();
            move |holdings: &mut ReportedHoldings| {
                refused.into_iter().for_each(|name| holdings.record_refused(name));
                holdings.refused(&authorities, &register)
            }
        };
        let refused = self.with_holdings(record).await?;
        self.keeper.set_refused(refused);
        self.stored_at = fetched_at;
        self.reload = false;
        self.has_full_state = true;
        count_step(&register);
        Ok(())
    }

    async fn step(&mut self, pending: PendingChanges, position: Position) -> Result<(), Error> {
        pending.record_organisations(&mut self.holdings);
        let authorities = self.decision_on_holdings().await?;
        let view = self.keeper.view().unwrap_or_else(|| Arc::new(View::empty(position)));
        let (now, register) = (self.clock.now(), self.peer.register().clone());
        let make_step = move |holdings: &mut ReportedHoldings| {
            let (step, next) = pending.into_step(&view, (position, now), (&authorities, &register), holdings);
            (step, next, holdings.refused(&authorities, &register))
        };
        let (step, next, refused) = self.with_holdings(make_step).await?;
        self.keeper.set_refused(refused);
        let outcome = self.keeper.apply(step, next, &self.resources).await;
        if outcome.is_err() {
            // Store and view must not diverge: fetch the full state again.
            self.reload = true;
        }
        self.stored_at = now;
        count_step(self.peer.register());
        outcome
    }

    async fn confirm(&mut self, position: Position) -> Result<(), Error> {
        let now = self.clock.now();
        let moved = self.keeper.position() != Some(position);
        let must_store = moved || now.duration_since(self.stored_at) > STORE_INTERVAL;
        if must_store {
            self.stored_at = now;
        }
        let state = ReplicaState {
            position,
            fetched_at: now,
        };
        self.keeper.confirm(state, must_store).await
    }

    /// Removes expired names from the copy. The peer does so too, but it may be away for long.
    async fn remove_expired_names(&mut self) {
        let today = self.clock.today();
        let Some(view) = self.keeper.view() else { return };
        let checked = Some((today, view.position()));
        if self.names_removed_at == checked {
            return;
        }
        let fetched_at = self.keeper.fetched_at().unwrap_or_else(|| self.clock.now());
        let ended = self
            .resources
            .tasks
            .blocking(move || removing_expired_names(&view, fetched_at, today))
            .await;
        let outcome = match ended {
            Ok(Some((step, next))) => self.keeper.apply(step, next, &self.resources).await,
            Ok(None) => Ok(()),
            Err(problem) => Err(problem),
        };
        match outcome {
            Ok(()) => self.names_removed_at = checked,
            // Expired names are never shown; the next check tries again.
            Err(problem) => {
                let register = self.peer.register();
                tracing::error!(%problem, peer.id = %register, "removing expired names from the copy of `{register}` failed and will be retried");
                self.reload = true;
            }
        }
    }
}
