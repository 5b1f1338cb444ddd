//! The task of a copy: opens it, follows the peer while that can be reached, and goes by who speaks for what.

use std::sync::Arc;
use std::time::Duration;

use client::{Client, Error as ClientError, Watch, WatchEvent, WatchFrom};
use futures::FutureExt as _;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use register::authority::Authorities;
use register::clock::Clock;
use register::position::Position;
use register::view::View;
use server_core::error::Error;
use storage::ReplicaState;
use tokio::sync::watch;
use tokio::time::{Interval, MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use super::accept::Told;
use super::copying::{Copying, Place};
use super::step::{Gathered, ending, forgetting};
use crate::Federation;
use crate::decisions::{Decision, Decisions};
use crate::peers::{CircuitState, Peer, Trouble, TroubleKind};

/// How often the peer says how far it is when nothing happens.
const PROGRESS: Duration = Duration::from_secs(2);

/// A position that was only confirmed is written down so often.
const KEEP_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// How often the calendar is looked at, as for the register's own names.
const LOOK: Duration = Duration::from_secs(60);

/// Changes that are taken in one step when many come at once.
const PER_STEP: usize = 2_000;

/// How long to wait after a failure of our own, as of the disk.
const RETRY_AFTER: Duration = Duration::from_secs(5);

pub(crate) struct Follower {
    peer: Arc<Peer>,
    copying: Arc<Copying>,
    place: Place,
    clock: Arc<dyn Clock>,
    decisions: Arc<Decisions>,
    decided: watch::Receiver<Decision>,
    told: Told,
    /// The claim that came of it. A decision that has not heard it is none about this peer.
    claim: u64,
    /// Whether the peer has told all that it holds since this began. What was not taken is in no store.
    has_heard_all: bool,
    /// The next watch begins with the state.
    reload: bool,
    kept_at: Timestamp,
    calendar: Interval,
    /// Up to which day names have ended in the copy, and at which position it was.
    names_ended: Option<(Date, Position)>,
}

/// Why following came to an end.
enum End {
    /// The peer has failed.
    Broken(ClientError),
    /// The state is needed: the peer speaks for more than before.
    Reload,
}

impl Federation {
    /// Begins to copy `peer`.
    pub(crate) fn start_copying(&self, peer: &Arc<Peer>) {
        let copying = Copying::new(peer.register().clone(), Arc::clone(&self.copies));
        peer.copies_by(Arc::clone(&copying));
        let mut calendar = tokio::time::interval(LOOK);
        calendar.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let follower = Follower {
            peer: Arc::clone(peer),
            copying,
            place: Place {
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
            told: Told::default(),
            claim: self.decisions.claimed(),
            has_heard_all: false,
            reload: false,
            kept_at: Timestamp::UNIX_EPOCH,
            calendar,
            names_ended: None,
        };
        let shutdown = self.tasks.shutdown().clone();
        self.tasks.spawn(follower.run(shutdown));
    }
}

impl Follower {
    async fn run(mut self, shutdown: CancellationToken) {
        let peer = Arc::clone(&self.peer);
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = peer.stopping().cancelled() => {}
            () = self.keep() => {}
        }
        self.copying.close().await;
    }

    async fn keep(&mut self) {
        while let Err(problem) = self.open().await {
            tracing::error!(%problem, peer.id = %self.peer.register(), "the copy of `{}` cannot be opened yet", self.peer.register());
            tokio::time::sleep(RETRY_AFTER).await;
        }
        loop {
            let client = self.wait_for_peer().await;
            match self.follow(client).await {
                Ok(End::Reload) => self.reload = true,
                Ok(End::Broken(error)) => self.broke(&error),
                Err(problem) => {
                    tracing::error!(%problem, peer.id = %self.peer.register(), "the copy of `{}` cannot follow", self.peer.register());
                    tokio::time::sleep(RETRY_AFTER).await;
                }
            }
        }
    }

    async fn open(&mut self) -> Result<(), Error> {
        let opened = self.copying.open(&self.place).await?;
        for organisation in opened.organisations() {
            self.told.organisation(organisation);
        }
        // Nothing is shown of it before it is known what counts.
        self.decided().await;
        self.copying.begin(opened, &self.place).await
    }

    /// Waits until the peer can be reached; goes by who speaks for what meanwhile.
    async fn wait_for_peer(&mut self) -> Client {
        let mut circuits = self.peer.circuits();
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
                        self.judge_anew().await;
                    }
                }
                _ = self.calendar.tick() => self.end_names().await,
            }
        }
    }

    /// A stream that broke says more than that the peer is away only when it says why.
    fn broke(&mut self, error: &ClientError) {
        match error.reason() {
            // It stops in good order, and another of its nodes may go on.
            "SHUTTING_DOWN" => self
                .peer
                .failed(Trouble::new(TroubleKind::Unreachable, "it is stopping"), true),
            "EPOCH_CHANGED" | "POSITION_IN_FUTURE" | "POSITION_COMPACTED" => self.reload = true,
            _ => self.peer.failed(Trouble::of(error), true),
        }
    }

    async fn follow(&mut self, client: Client) -> Result<End, Error> {
        self.reload |= self.has_forgotten_claims();
        let position = if self.reload { None } else { self.copying.position() };
        let mut watch = client.watch(WatchFrom {
            position,
            organisations: Vec::new(),
            reload: true,
            progress_interval: Some(PROGRESS),
        });
        loop {
            let event = tokio::select! {
                event = watch.attempt() => event,
                changed = self.decided.changed() => {
                    if changed.is_ok() && self.judge_anew().await {
                        return Ok(End::Reload);
                    }
                    continue;
                }
                _ = self.calendar.tick() => {
                    self.end_names().await;
                    continue;
                }
            };
            match event {
                Ok(event) => {
                    if let Some(error) = self.take(event, &mut watch).await? {
                        return Ok(End::Broken(error));
                    }
                }
                Err(error) => return Ok(End::Broken(error)),
            }
        }
    }

    /// Takes an event, and those that are there behind it. Gives why the stream broke, if it did.
    async fn take(&mut self, event: WatchEvent, watch: &mut Watch) -> Result<Option<ClientError>, Error> {
        match event {
            WatchEvent::SnapshotBegin { position } => self.receive_state(position, watch).await,
            // Part of a state without its beginning: not what the contract says.
            WatchEvent::SnapshotEnd { .. } | WatchEvent::Changes { position: None, .. } => {
                Ok(Some(ClientError::BadAnswer("a state came without its beginning".to_owned())))
            }
            WatchEvent::Progress { position } => {
                self.confirm(position).await?;
                Ok(None)
            }
            WatchEvent::Changes {
                position: Some(position),
                changes,
            } => {
                let mut gathered = Gathered::default();
                gathered.add(changes);
                let mut reached = position;
                let mut broken = None;
                while gathered.len() < PER_STEP {
                    match watch.attempt().now_or_never() {
                        Some(Ok(WatchEvent::Changes {
                            position: Some(position),
                            changes,
                        })) => {
                            gathered.add(changes);
                            reached = position;
                        }
                        Some(Ok(WatchEvent::Progress { position })) => reached = position,
                        // The state follows after all: what came before it is no longer of use.
                        Some(Ok(WatchEvent::SnapshotBegin { position })) => return self.receive_state(position, watch).await,
                        Some(Ok(_)) => {
                            broken = Some(ClientError::BadAnswer("a state came without its beginning".to_owned()));
                            break;
                        }
                        Some(Err(error)) => {
                            broken = Some(error);
                            break;
                        }
                        None => break,
                    }
                }
                self.step(gathered, reached, false).await?;
                Ok(broken)
            }
        }
    }

    /// Receives a whole state. What was there before is shown until it is complete.
    async fn receive_state(&mut self, begin: Position, watch: &mut Watch) -> Result<Option<ClientError>, Error> {
        tracing::info!(
            peer.id = %self.peer.register(), revision = begin.revision.0,
            "the state of `{}` is fetched, at revision {}", self.peer.register(), begin.revision
        );
        let mut gathered = Gathered::default();
        loop {
            match watch.attempt().await {
                Ok(WatchEvent::Changes { position: None, changes }) => gathered.add(changes),
                Ok(WatchEvent::SnapshotEnd { position, .. }) if position == begin => {
                    self.told = Told::default();
                    self.step(gathered, position, true).await?;
                    self.reload = false;
                    self.has_heard_all = true;
                    return Ok(None);
                }
                Ok(_) => return Ok(Some(ClientError::BadAnswer("a state was not complete".to_owned()))),
                Err(error) => return Ok(Some(error)),
            }
        }
    }

    async fn step(&mut self, gathered: Gathered, position: Position, is_whole: bool) -> Result<(), Error> {
        gathered.tell(&mut self.told);
        let authorities = self.decided().await;
        let view = self.copying.view().unwrap_or_else(|| Arc::new(View::empty(position)));
        let (now, register) = (self.clock.now(), self.peer.register().clone());
        let mut told = std::mem::take(&mut self.told);
        let (step, next, told, refused) = self
            .place
            .tasks
            .blocking(move || {
                let (step, next) = gathered.into_step(&view, is_whole, (position, now), (&authorities, &register), &mut told);
                let refused = told.refused(&authorities, &register);
                (step, next, told, refused)
            })
            .await?;
        self.told = told;
        self.copying.set_refused(refused);
        let outcome = self.copying.take(step, next, &self.place).await;
        if outcome.is_err() {
            // What is shown and what is kept must not part: the state is fetched again.
            self.reload = true;
        }
        self.kept_at = now;
        metrics::counter!("mwr_replica_steps_total", "peer" => self.peer.register().to_string()).increment(1);
        outcome
    }

    /// Who speaks for what, after what the peer has told was heard.
    async fn decided(&mut self) -> Arc<Authorities> {
        self.claim = self.peer.holds(self.told.claims()).max(self.claim);
        self.decisions.heard(self.claim).await
    }

    async fn confirm(&mut self, position: Position) -> Result<(), Error> {
        let now = self.clock.now();
        let moved = self.copying.position() != Some(position);
        let is_kept = moved || now.duration_since(self.kept_at) > KEEP_EVERY;
        if is_kept {
            self.kept_at = now;
        }
        let state = ReplicaState {
            position,
            fetched_at: now,
        };
        self.copying.confirmed(state, is_kept).await
    }

    /// Goes by who speaks for what now. Gives whether something is missing that the peer must tell again.
    async fn judge_anew(&mut self) -> bool {
        let Decision { authorities, heard } = self.decided.borrow_and_update().clone();
        if heard < self.claim {
            // Another one follows.
            return false;
        }
        let register = self.peer.register().clone();
        let Some(view) = self.copying.view() else { return false };
        let fetched_at = self.copying.fetched_at().unwrap_or_else(|| self.clock.now());
        if let Some((step, next)) = forgetting(&view, fetched_at, &authorities, &register) {
            tracing::warn!(
                peer.id = %register, organisations = step.forgotten.len(),
                "`{register}` no longer speaks for {:?}: their officers are not taken from it any more", step.forgotten
            );
            // They are not taken any more, and there they are all the same.
            for entry in step.forgotten.iter().flat_map(|id| view.entries_of(id)) {
                self.told.refuse(entry.officer_name());
            }
            if let Err(problem) = self.copying.take(step, next, &self.place).await {
                tracing::error!(%problem, peer.id = %register, "the copy of `{register}` cannot forget");
                self.reload = true;
            }
        }
        self.copying.set_refused(self.told.refused(&authorities, &register));
        let view = self.copying.view();
        let has = |id: &_| view.as_ref().is_some_and(|view| view.organisation(id).is_some());
        let is_missing = self.told.has_missed(&authorities, &register, has);
        self.reload |= is_missing;
        is_missing
    }

    /// Whether the peer says that it holds what it has not told since this began: what was refused earlier, of which no more
    /// is known after a start.
    fn has_forgotten_claims(&self) -> bool {
        let Some(described) = self.peer.described().filter(|_| !self.has_heard_all) else {
            return false;
        };
        let claims = self.told.claims();
        described.held.keys().any(|id| !claims.contains_key(id))
    }

    /// Takes names that have ended out of the copy. The peer does the same and says so, but it may be away for long.
    async fn end_names(&mut self) {
        let today = self.clock.today();
        let Some(view) = self.copying.view() else { return };
        let looked = Some((today, view.position()));
        if self.names_ended == looked {
            return;
        }
        let fetched_at = self.copying.fetched_at().unwrap_or_else(|| self.clock.now());
        let ended = self.place.tasks.blocking(move || ending(&view, fetched_at, today)).await;
        let outcome = match ended {
            Ok(Some((step, next))) => self.copying.take(step, next, &self.place).await,
            Ok(None) => Ok(()),
            Err(problem) => Err(problem),
        };
        match outcome {
            Ok(()) => self.names_ended = looked,
            // They are not shown meanwhile, and the next look tries again.
            Err(problem) => {
                let register = self.peer.register();
                tracing::error!(%problem, peer.id = %register, "names that have ended stay in the copy of `{register}` for now");
                self.reload = true;
            }
        }
    }
}
