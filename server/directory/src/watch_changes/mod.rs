//! Watches the register: every change of organisations and officers in order, resumable from any position.
//!
//! A watch is a value with one operation, [`ChangeWatch::next`]. It reads nothing before the consumer asks, so a slow consumer
//! costs no memory. It wakes up on each new routing view and reads the commits up to that view from the log, page by page. A
//! reload starts with the state, which is the routing view at one position; the commits after it follow without a gap. For an
//! entry that has changed again, a message has the content from the log; the personal data and absences, which the log does
//! not contain, come with the later change.

mod commits;
mod filter;
mod message;
mod snapshot;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use register::grant::Role;
use register::identifier::OrganisationId;
use register::position::{Position, Standing};
use register::view::View;
use server_core::authorisation;
use server_core::error::{Error, Reason};
use server_core::identity::Caller;
use server_core::views::epoch_changed;
use storage::Snapshot;
use tokio::sync::watch;
use tokio::time::Interval;

use super::Directory;
use super::ticks::ticks;
use filter::WatchFilter;
use snapshot::StateCursor;

pub use message::{WatchMessage, WatchedChange};

/// How often an idle watch checks the caller's certificate and grants. The contract promises that a stream ends within 30
/// seconds after the right to it. That time covers finding a new revocation list, or the expiry of the verifier's last
/// verdict, plus one period of this interval.
const RECHECK: Duration = Duration::from_secs(10);

/// The roles that may watch; one of them is enough.
const ROLES: [Role; 2] = [Role::Lookup, Role::Peer];

/// A request to watch changes.
#[derive(Clone, Debug)]
pub struct WatchChanges {
    /// The position to resume after; `None` for the current state and the changes after it.
    pub position: Option<Position>,
    /// The organisations to watch; empty for all.
    pub organisations: Vec<OrganisationId>,
    /// If the position cannot be resumed from, start with the state instead of failing.
    pub reload: bool,
    /// The interval of progress messages while nothing happens.
    pub progress_interval: Duration,
}

/// An open watch.
#[derive(Debug)]
pub struct ChangeWatch {
    directory: Arc<Directory>,
    caller: Arc<Caller>,
    filter: WatchFilter,
    reload: bool,
    views: watch::Receiver<Arc<View>>,
    /// The state, while it is being sent.
    state: Option<StateCursor>,
    /// Messages that are ready to be sent.
    ready: VecDeque<WatchMessage>,
    /// Everything up to this position was sent or is ready.
    seen: Position,
    progress: Interval,
    recheck: Interval,
}

impl Directory {
    /// Opens a watch. Fails if it cannot resume from the position, unless `reload` is set.
    pub async fn watch_changes(self: &Arc<Self>, caller: Arc<Caller>, request: WatchChanges) -> Result<ChangeWatch, Error> {
        let mut views = self.views.subscribe();
        let view = Arc::clone(&views.borrow_and_update());
        authorisation::for_any_organisation(&view, &caller.acting, &ROLES, self.clock.today())?;
        let is_peer = self.may_peer(&view, &caller).is_ok();
        let peer = is_peer.then(|| caller.acting.oin().clone());
        let mut watch = ChangeWatch {
            directory: Arc::clone(self),
            caller,
            filter: WatchFilter::new(request.organisations, peer),
            reload: request.reload,
            views,
            state: None,
            ready: VecDeque::new(),
            seen: view.position(),
            progress: ticks(request.progress_interval),
            recheck: ticks(RECHECK),
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
    /// Waits for the next message. An error ends the watch.
    pub async fn next(&mut self) -> Result<WatchMessage, Error> {
        let shutdown = self.directory.tasks.shutdown().clone();
        loop {
            if shutdown.is_cancelled() {
                return Err(stopping());
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
            // The position of the consumer may be in the log already, but not in the view yet.
            let has_more = view.position().epoch != self.seen.epoch || view.position().revision > self.seen.revision;
            if has_more {
                self.read_log(view).await?;
                // Send progress even if the filter leaves everything out.
                if self.ready.is_empty() && self.progress.tick().now_or_never().is_some() {
                    return Ok(WatchMessage::Progress { position: self.seen });
                }
                continue;
            }
            tokio::select! {
                () = shutdown.cancelled() => {}
                changed = self.views.changed() => changed.map_err(|_| stopping())?,
                _ = self.recheck.tick() => {}
                _ = self.progress.tick() => return Ok(WatchMessage::Progress { position: self.seen }),
            }
        }
    }

    /// Returns the position that the consumer has reached after all messages so far.
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

    /// Returns whether the log still contains everything after [`Self::seen`]. If it does not, starts a reload when the request
    /// allows it, and fails otherwise.
    async fn check_standing(&mut self, snapshot: &mut dyn Snapshot) -> Result<bool, Error> {
        let identity = snapshot.identity().await?;
        let error = match self.seen.compare_with(identity.position, identity.compacted) {
            Standing::Known => return Ok(true),
            Standing::OtherEpoch => epoch_changed(identity.position),
            Standing::Future => Error::new(
                Reason::PositionInFuture,
                "the register has not reached this position; reload, and never pass a position of another register",
            )
            .with("current_revision", identity.position.revision),
            Standing::Compacted => Error::new(
                Reason::PositionCompacted,
                "the log no longer contains the changes after this position; reload, and do not skip to the compaction point",
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

    /// Reads the next page of the log, up to the position of `view`.
    async fn read_log(&mut self, view: Arc<View>) -> Result<(), Error> {
        let mut snapshot = self.directory.storage.snapshot().await?;
        if !self.check_standing(&mut *snapshot).await? {
            return Ok(());
        }
        let today = self.directory.clock.today();
        let page = commits::LogPage {
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

fn stopping() -> Error {
    Error::new(Reason::ShuttingDown, "the node is stopping; resume on another node, or later")
}
