//! Following a route: the answer to a need as it is now, and again whenever it is another one.
//!
//! It may change by a write, by what comes from other registers, or by time alone, from `valid_until` on. Peers that are asked
//! say nothing by themselves: they are asked again every half minute.

use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use register::draft::NeedDraft;
use register::position::Position;
use register::view::View;
use server_core::error::{Error, Reason};
use server_core::identity::Caller;
use tokio::sync::watch;
use tokio::time::{Instant, Interval, MissedTickBehavior};

use super::{Directory, Resolved};

/// How often a sign of life is given when the route stays the same.
const PROGRESS: Duration = Duration::from_secs(10);

/// How often caller, clock and peers are looked at.
const RECHECK: Duration = Duration::from_secs(30);

/// What asking other registers may take each time.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a watch gives.
#[derive(Clone, Debug)]
pub enum RouteEvent {
    /// The route as it is from now.
    Route(Box<Resolved>),
    /// It is still the same, as of this position.
    Progress(Position),
}

/// A watch under way.
#[derive(Debug)]
pub struct RouteWatch {
    directory: Arc<Directory>,
    caller: Arc<Caller>,
    need: NeedDraft,
    views: watch::Receiver<Arc<View>>,
    copies: watch::Receiver<u64>,
    /// What was told last: the next one is compared with it.
    told: Resolved,
    seen: Position,
    progress: Interval,
    recheck: Interval,
}

impl Directory {
    /// Begins to follow the route for a need, which is about now. The first route is there at once.
    pub async fn watch_routes(self: &Arc<Self>, caller: Arc<Caller>, need: NeedDraft) -> Result<RouteWatch, Error> {
        let mut views = self.views.subscribe();
        let view = Arc::clone(&views.borrow_and_update());
        self.may_resolve(&view, &caller)?;
        let mut copies = self.federation.subscribe();
        copies.borrow_and_update();
        let first = self.resolved(Arc::clone(&view), need.clone(), PATIENCE).await?;
        Ok(RouteWatch {
            directory: Arc::clone(self),
            caller,
            need,
            views,
            copies,
            told: first,
            seen: view.position(),
            progress: every(PROGRESS),
            recheck: every(RECHECK),
        })
    }
}

impl RouteWatch {
    /// The route that was told last, which after the beginning is the first.
    pub fn first(&self) -> RouteEvent {
        RouteEvent::Route(Box::new(self.told.clone()))
    }

    /// The next event; waits until there is one. After an error the watch is over.
    pub async fn next(&mut self) -> Result<RouteEvent, Error> {
        let shutdown = self.directory.tasks.shutdown().clone();
        loop {
            let turns = self.turns_at();
            tokio::select! {
                () = shutdown.cancelled() => return Err(stopping()),
                changed = self.views.changed() => changed.map_err(|_| stopping())?,
                changed = self.copies.changed() => changed.map_err(|_| stopping())?,
                () = tokio::time::sleep_until(turns) => {}
                _ = self.recheck.tick() => {}
                _ = self.progress.tick() => return Ok(RouteEvent::Progress(self.seen)),
            }
            let view = Arc::clone(&self.views.borrow_and_update());
            self.copies.borrow_and_update();
            self.caller.still_valid(self.directory.clock.now())?;
            self.directory.may_resolve(&view, &self.caller)?;
            self.seen = view.position();
            let resolved = self.directory.resolved(view, self.need.clone(), PATIENCE).await?;
            let is_news = is_another(&self.told, &resolved);
            self.told = resolved;
            if is_news {
                self.progress.reset();
                return Ok(self.first());
            }
            // Churn elsewhere must not silence the watch.
            if self.progress.tick().now_or_never().is_some() {
                return Ok(RouteEvent::Progress(self.seen));
            }
        }
    }

    /// When time alone may change the route; far away if never.
    fn turns_at(&self) -> Instant {
        let until = self.told.route.valid_until;
        let left = until.map(|until| until.duration_since(self.directory.clock.now()));
        let left = left.map_or(RECHECK, |left| Duration::try_from(left).unwrap_or_default());
        // The moment itself still belongs to the former route.
        Instant::now() + left.min(RECHECK) + Duration::from_millis(1)
    }
}

/// Whether a route leads elsewhere or says something else. Positions alone are no news.
fn is_another(told: &Resolved, now: &Resolved) -> bool {
    told.route.targets != now.route.targets
        || told.route.considered != now.route.considered
        || told.route.valid_until != now.route.valid_until
        || told.gaps != now.gaps
}

fn every(period: Duration) -> Interval {
    let mut interval = tokio::time::interval(period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval.reset();
    interval
}

fn stopping() -> Error {
    Error::new(Reason::ShuttingDown, "the node is stopping; ask again")
}
