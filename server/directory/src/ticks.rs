//! Intervals for watches.

use std::time::Duration;

use tokio::time::{Interval, MissedTickBehavior};

/// Returns an interval whose first tick comes after one period.
pub(crate) fn ticks(period: Duration) -> Interval {
    let mut interval = tokio::time::interval(period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval.reset();
    interval
}
