//! Counts how often requests found a peer's organisations changed. Each time, its description is fetched and read again, so a peer
//! that answers with another hash each time would keep its askers busy.

use std::time::Duration;

use tokio::time::Instant;

/// The period within which refreshes are counted.
const PERIOD: Duration = Duration::from_secs(10);
/// The most refreshes within a period. Registers change their organisations a few times a day.
const MOST: u32 = 20;

/// The refreshes within the current period.
#[derive(Debug, Default)]
pub(super) struct RecentRefreshes {
    since: Option<Instant>,
    count: u32,
}

impl RecentRefreshes {
    /// Counts a refresh at `now`. Returns whether it is one of the first of its period.
    pub(super) fn may_refresh(&mut self, now: Instant) -> bool {
        if self.since.is_none_or(|since| now.duration_since(since) >= PERIOD) {
            *self = Self {
                since: Some(now),
                count: 0,
            };
        }
        self.count = self.count.saturating_add(1);
        self.count <= MOST
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_that_keeps_changing_is_not_described_again_for_a_while() {
        let begin = Instant::now();
        let mut refreshes = RecentRefreshes::default();
        assert!((0..MOST).all(|_| refreshes.may_refresh(begin)));
        assert!(!refreshes.may_refresh(begin + PERIOD / 2));
        assert!(refreshes.may_refresh(begin + PERIOD));
    }
}
