//! Watches a route: returns the route for a need now, and again whenever it changes.
//!
//! A route may change because of a write, because of data from other registers, or because `valid_until` has passed. Queried
//! peers send no changes by themselves; the watch asks them again every 30 seconds.

use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use register::draft::NeedDraft;
use register::position::Position;
use register::view::View;
use server_core::error::{Error, Reason};
use server_core::identity::Caller;
use tokio::sync::watch;
use tokio::time::{Instant, Interval};

use super::ticks::ticks;
use super::{Directory, ResolvedRoute};

/// The interval of progress events while the route stays the same.
const PROGRESS: Duration = Duration::from_secs(10);

/// How often the watch checks the caller, the clock and the peers.
const RECHECK: Duration = Duration::from_secs(30);

/// The time limit for asking other registers, each time.
const PEER_TIME_LIMIT: Duration = Duration::from_secs(5);

/// An event of a route watch.
#[derive(Clone, Debug)]
pub enum RouteEvent {
    /// The route from now on.
    Route(Box<ResolvedRoute>),
    /// The route is still the same at this position.
    Progress(Position),
}

/// An open watch on a route.
#[derive(Debug)]
pub struct RouteWatch {
    directory: Arc<Directory>,
    caller: Arc<Caller>,
    need: NeedDraft,
    views: watch::Receiver<Arc<View>>,
    copies: watch::Receiver<u64>,
    /// The last route sent, to compare the next one with.
    last: ResolvedRoute,
    seen: Position,
    progress: Interval,
    recheck: Interval,
}

impl Directory {
    /// Opens a watch on the route for a need. [`RouteWatch::first`] has the first route.
    pub async fn watch_routes(self: &Arc<Self>, caller: Arc<Caller>, need: NeedDraft) -> Result<RouteWatch, Error> {
        let mut views = self.views.subscribe();
        let view = Arc::clone(&views.borrow_and_update());
        self.may_resolve(&view, &caller)?;
        let mut copies = self.federation.subscribe();
        copies.borrow_and_update();
        let first = self.resolve_in(&caller, Arc::clone(&view), need.clone(), PEER_TIME_LIMIT);
        let first = first.await?;
        Ok(RouteWatch {
            directory: Arc::clone(self),
            caller,
            need,
            views,
            copies,
            last: first,
            seen: view.position(),
            progress: ticks(PROGRESS),
            recheck: ticks(RECHECK),
        })
    }
}

impl RouteWatch {
    /// Returns the last route sent, which is the first one after opening.
    pub fn first(&self) -> RouteEvent {
        RouteEvent::Route(Box::new(self.last.clone()))
    }

    /// Waits for the next event. An error ends the watch.
    pub async fn next(&mut self) -> Result<RouteEvent, Error> {
        let shutdown = self.directory.tasks.shutdown().clone();
        loop {
            let expires = self.expires_at();
            tokio::select! {
                () = shutdown.cancelled() => return Err(stopping()),
                changed = self.views.changed() => changed.map_err(|_| stopping())?,
                changed = self.copies.changed() => changed.map_err(|_| stopping())?,
                () = tokio::time::sleep_until(expires) => {}
                _ = self.recheck.tick() => {}
                _ = self.progress.tick() => return Ok(RouteEvent::Progress(self.seen)),
            }
            let view = Arc::clone(&self.views.borrow_and_update());
            self.copies.borrow_and_update();
            self.caller.still_valid(self.directory.clock.now())?;
            self.directory.may_resolve(&view, &self.caller)?;
            let position = view.position();
            let resolved = self
                .directory
                .resolve_in(&self.caller, view, self.need.clone(), PEER_TIME_LIMIT);
            let resolved = match resolved.await {
                // The node is busy. The last route stands until there is a turn.
                Err(error) if error.reason() == Reason::RateLimited => {
                    self.views.mark_changed();
                    continue;
                }
                resolved => resolved?,
            };
            self.seen = position;
            let is_changed = differs(&self.last, &resolved);
            self.last = resolved;
            if is_changed {
                self.progress.reset();
                return Ok(self.first());
            }
            // Send progress even if the views keep changing elsewhere.
            if self.progress.tick().now_or_never().is_some() {
                return Ok(RouteEvent::Progress(self.seen));
            }
        }
    }

    /// Returns when time alone may change the route, at most one recheck away.
    fn expires_at(&self) -> Instant {
        let until = self.last.route.valid_until;
        let left = until.map(|until| until.duration_since(self.directory.clock.now()));
        let left = left.map_or(RECHECK, |left| Duration::try_from(left).unwrap_or_default());
        // At `valid_until` itself the previous route still holds.
        Instant::now() + left.min(RECHECK) + Duration::from_millis(1)
    }
}

/// Returns whether two routes differ in more than their positions.
fn differs(last: &ResolvedRoute, now: &ResolvedRoute) -> bool {
    last.route.targets != now.route.targets
        || last.route.considered != now.route.considered
        || last.route.valid_until != now.route.valid_until
        || last.gaps != now.gaps
}

fn stopping() -> Error {
    Error::new(Reason::ShuttingDown, "the node is stopping; ask again")
}
