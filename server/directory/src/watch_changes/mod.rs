//! Following the register: every change of organisations and officers in order, resumable from any position.
//!
//! A watch is a value with one operation, [`ChangeWatch::next`]; nothing is read before the consumer asks for it, so a slow
//! consumer costs no memory. It wakes with each new routing view and reads the commits up to that view from the log, by page.
//! The state that a reload begins with is the routing view of one position, which is a value too: the commits after it
//! follow, so there is no window in between. An entry that was changed again since is shown as the log has it; its personal
//! part and absences are not in the log and come with the later change.

mod commits;
mod snapshot;

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use register::entry::Entry;
use register::grant::Role;
use register::identifier::{OfficerName, OrganisationId};
use register::oin::Oin;
use register::organisation::Organisation;
use register::peer::SharingLevel;
use register::position::{Position, Standing};
use register::view::View;
use server_core::authorisation;
use server_core::error::{Error, Reason};
use server_core::identity::Caller;
use server_core::views::epoch_changed;
use storage::Snapshot;
use tokio::sync::watch;
use tokio::time::{Interval, MissedTickBehavior};

use super::Directory;
use snapshot::StateCursor;

/// Changes in one message: few enough to be encoded in a fraction of a millisecond.
const PER_MESSAGE: usize = 100;

/// How often the caller's certificate and grants are looked at when nothing happens. The contract promises that a stream
/// ends within 30 seconds of its right: in that must fit that a new revocation list is found, or that what the verifier said
/// last no longer holds, and one period of this.
const RECHECK: Duration = Duration::from_secs(10);

/// Who may follow.
const ROLES: [Role; 2] = [Role::Lookup, Role::Peer];

/// From where, and what.
#[derive(Clone, Debug)]
pub struct WatchChanges {
    /// Changes after this position; absent: the state as it is now, and the changes after it.
    pub position: Option<Position>,
    /// Only these organisations; none: all.
    pub organisations: Vec<OrganisationId>,
    /// When the position cannot be resumed from, begin with the state instead of failing.
    pub reload: bool,
    /// How often to say how far the watch is when nothing happens.
    pub progress_interval: Duration,
}

/// One message of a watch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WatchMessage {
    /// The state of this position follows.
    SnapshotBegin {
        /// Its position.
        position: Position,
    },
    /// The state is complete.
    SnapshotEnd {
        /// Its position: resume from here.
        position: Position,
        /// Organisations in it.
        organisations: usize,
        /// Entries in it.
        entries: usize,
    },
    /// Changes of one revision, or part of the state.
    Changes {
        /// The position after them; none in a state.
        position: Option<Position>,
        /// In order.
        changes: Vec<WatchedChange>,
        /// More of the same follows.
        more: bool,
    },
    /// Nothing of this position or before follows.
    Progress {
        /// Resume from here.
        position: Position,
    },
}

/// A change as a watcher sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WatchedChange {
    /// An organisation is new or changed.
    Organisation(Arc<Organisation>),
    /// An entry is new or changed.
    Entry(Arc<Entry>),
    /// An entry was withdrawn.
    Withdrawal {
        /// Which.
        officer: OfficerName,
        /// Who came in its place.
        replaced_by: Option<OfficerName>,
    },
}

/// A watch under way.
#[derive(Debug)]
pub struct ChangeWatch {
    directory: Arc<Directory>,
    caller: Arc<Caller>,
    filter: Filter,
    reload: bool,
    views: watch::Receiver<Arc<View>>,
    /// A state that is being sent.
    state: Option<StateCursor>,
    /// Messages that are ready.
    ready: VecDeque<WatchMessage>,
    /// Everything up to here was sent, or is ready.
    seen: Position,
    progress: Interval,
    recheck: Interval,
}

/// The organisations that a watch is about.
#[derive(Clone, Debug)]
pub(super) struct Filter {
    organisations: Option<Arc<BTreeSet<OrganisationId>>>,
    /// Another register that follows: it gets what organisations let it copy, whatever other roles it has.
    peer: Option<Oin>,
}

impl Filter {
    fn new(organisations: Vec<OrganisationId>, peer: Option<Oin>) -> Self {
        let set: BTreeSet<OrganisationId> = organisations.into_iter().collect();
        Self {
            organisations: (!set.is_empty()).then(|| Arc::new(set)),
            peer,
        }
    }

    fn includes(&self, organisation: &OrganisationId) -> bool {
        self.organisations.as_ref().is_none_or(|set| set.contains(organisation))
    }

    /// Whether the officers of an organisation are told to this watcher.
    fn may_have_officers_of(&self, organisation: &Organisation) -> bool {
        let may_copy = |oin| organisation.sharing.with(oin) == SharingLevel::Copy;
        self.peer.as_ref().is_none_or(may_copy)
    }
}

impl Directory {
    /// Begins a watch, or says why it cannot resume from that position.
    pub async fn watch_changes(self: &Arc<Self>, caller: Arc<Caller>, request: WatchChanges) -> Result<ChangeWatch, Error> {
        let mut views = self.views.subscribe();
        let view = Arc::clone(&views.borrow_and_update());
        authorisation::for_any_organisation(&view, &caller.acting, &ROLES, self.clock.today())?;
        let is_peer = self.may_peer(&view, &caller).is_ok();
        let peer = is_peer.then(|| caller.acting.oin().clone());
        let mut watch = ChangeWatch {
            directory: Arc::clone(self),
            caller,
            filter: Filter::new(request.organisations, peer),
            reload: request.reload,
            views,
            state: None,
            ready: VecDeque::new(),
            seen: view.position(),
            progress: every(request.progress_interval),
            recheck: every(RECHECK),
        };
        match request.position {
            None => watch.begin_state(view),
            Some(position) => {
                watch.seen = position;
                let mut snapshot = self.storage.snapshot().await?;
                watch.check_standing(&mut *snapshot).await?;
            }
        }
        Ok(watch)
    }
}

impl ChangeWatch {
    /// The next message; waits until there is one. After an error the watch is over.
    pub async fn next(&mut self) -> Result<WatchMessage, Error> {
        let shutdown = self.directory.tasks.shutdown().clone();
        loop {
            if shutdown.is_cancelled() {
                return Err(Error::new(
                    Reason::ShuttingDown,
                    "the node is stopping; resume on another, or later",
                ));
            }
            if let Some(message) = self.ready.pop_front() {
                self.progress.reset();
                return Ok(message);
            }
            let view = Arc::clone(&self.views.borrow_and_update());
            self.check_caller(&view)?;
            if let Some(cursor) = self.state.take() {
                self.send_state(cursor).await?;
                continue;
            }
            // A consumer may come with a position that the log has and the view has not yet.
            let has_more = view.position().epoch != self.seen.epoch || view.position().revision > self.seen.revision;
            if has_more {
                self.read_log(view).await?;
                // A filter that leaves everything out must not silence the watch.
                if self.ready.is_empty() && self.progress.tick().now_or_never().is_some() {
                    return Ok(WatchMessage::Progress { position: self.seen });
                }
                continue;
            }
            tokio::select! {
                () = shutdown.cancelled() => {}
                changed = self.views.changed() => {
                    changed.map_err(|_| Error::new(Reason::ShuttingDown, "the node is stopping; resume on another, or later"))?;
                }
                _ = self.recheck.tick() => {}
                _ = self.progress.tick() => return Ok(WatchMessage::Progress { position: self.seen }),
            }
        }
    }

    /// The position that the consumer has when it has taken all messages so far.
    pub fn seen(&self) -> Position {
        self.seen
    }

    fn check_caller(&self, view: &View) -> Result<(), Error> {
        let clock = &self.directory.clock;
        self.caller.still_valid(clock.now())?;
        authorisation::for_any_organisation(view, &self.caller.acting, &ROLES, clock.today()).map(|_| ())
    }

    fn begin_state(&mut self, view: Arc<View>) {
        self.seen = view.position();
        self.ready.push_back(WatchMessage::SnapshotBegin { position: self.seen });
        self.state = Some(StateCursor::new(view, self.filter.clone(), self.directory.clock.today()));
    }

    async fn send_state(&mut self, cursor: StateCursor) -> Result<(), Error> {
        let (cursor, message) = cursor.advance(&self.directory.tasks).await?;
        if matches!(message, WatchMessage::Changes { .. }) {
            self.state = Some(cursor);
        }
        self.ready.push_back(message);
        Ok(())
    }

    /// Whether the log still holds everything after [`Self::seen`]. If not, and the consumer wants it so, the state follows.
    async fn check_standing(&mut self, snapshot: &mut dyn Snapshot) -> Result<bool, Error> {
        let identity = snapshot.identity().await?;
        let error = match self.seen.compare_with(identity.position, identity.compacted) {
            Standing::Known => return Ok(true),
            Standing::OtherEpoch => epoch_changed(identity.position),
            Standing::Future => Error::new(
                Reason::PositionInFuture,
                "the register has not come to this position; reload, and never hand back a position of another register",
            )
            .with("current_revision", identity.position.revision),
            Standing::Compacted => Error::new(
                Reason::PositionCompacted,
                "what came after this position is no longer kept; reload, and do not jump to the compaction point",
            )
            .with("compacted_revision", identity.compacted)
            .with("current_revision", identity.position.revision),
        };
        if !self.reload {
            return Err(error);
        }
        let view = Arc::clone(&self.views.borrow_and_update());
        self.begin_state(view);
        Ok(false)
    }

    /// Reads a page of the log after [`Self::seen`], up to the position of `view`.
    async fn read_log(&mut self, view: Arc<View>) -> Result<(), Error> {
        let mut snapshot = self.directory.storage.snapshot().await?;
        if !self.check_standing(&mut *snapshot).await? {
            return Ok(());
        }
        let today = self.directory.clock.today();
        let page = commits::Page {
            after: self.seen,
            filter: self.filter.clone(),
            today,
            tasks: self.directory.tasks.clone(),
        };
        let (messages, reached) = page.read(&mut *snapshot, view).await?;
        self.ready.extend(messages);
        self.seen = reached;
        Ok(())
    }
}

/// An interval whose first tick comes after its period.
fn every(period: Duration) -> Interval {
    let mut interval = tokio::time::interval(period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval.reset();
    interval
}
