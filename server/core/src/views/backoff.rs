//! The pauses between attempts with a search index that cannot be written, as on a full disk.

use std::sync::Arc;
use std::time::Duration;

use register::view::View;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// The pause after the first failure; it doubles with each further one.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// The longest pause.
pub(super) const RETRY_AT_MOST: Duration = Duration::from_secs(60);

/// The failures since the last success.
#[derive(Debug, Default)]
pub(super) struct IndexBackoff {
    failures: u32,
}

impl IndexBackoff {
    /// Logs and counts a failure. The first one is an error, because the operator must act.
    pub(super) fn failed(&mut self, problem: &dyn std::error::Error) {
        metrics::counter!("mwr_index_failures_total").increment(1);
        if self.failures == 0 {
            tracing::error!(
                %problem,
                "the search index cannot be written; searches go on from its last state, and the node retries until it can"
            );
        } else {
            tracing::warn!(%problem, failures = self.failures, "the search index cannot be written yet");
        }
        self.failures = self.failures.saturating_add(1);
    }

    /// Pauses before the next attempt. After a second, a new view in `routing` ends the pause: a commit shows that the disk can
    /// be written. Returns false on shutdown.
    pub(super) async fn pause(&self, routing: &mut watch::Receiver<Arc<View>>, shutdown: &CancellationToken) -> bool {
        let rest = self.longest().saturating_sub(RETRY_AFTER);
        let pause = async {
            tokio::time::sleep(RETRY_AFTER).await;
            tokio::select! {
                changed = routing.changed() => changed.is_ok(),
                () = tokio::time::sleep(rest) => true,
            }
        };
        tokio::select! {
            () = shutdown.cancelled() => false,
            go_on = pause => go_on,
        }
    }

    fn longest(&self) -> Duration {
        let doublings = self.failures.saturating_sub(1).min(16);
        (RETRY_AFTER * 2_u32.pow(doublings)).min(RETRY_AT_MOST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_minute() {
        let pauses = [1, 2, 3, 6, 7, 100].map(|failures| IndexBackoff { failures }.longest().as_secs());
        assert_eq!(pauses, [1, 2, 4, 32, 60, 60]);
    }
}
