//! Periodic maintenance: erases ended names shortly after midnight in the Netherlands, and compacts the log every hour.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::Directory;

/// How often the task checks the date. It notices a new day within this time, also after the machine has slept.
const CHECK_INTERVAL: Duration = Duration::from_secs(60);

/// Number of checks between two compactions.
const CHECKS_PER_COMPACTION: u32 = 60;

impl Directory {
    pub(super) fn start_upkeep(self: &Arc<Self>) {
        let directory = Arc::clone(self);
        let shutdown = self.tasks.shutdown().clone();
        self.tasks
            .spawn_vital("upkeep", async move { directory.keep_up(shutdown).await });
    }

    async fn keep_up(self: Arc<Self>, shutdown: CancellationToken) {
        let mut done_on = None;
        let mut checks = 0_u32;
        loop {
            let today = self.clock.today();
            if done_on != Some(today) {
                match self.end_names().await {
                    Ok(0) => done_on = Some(today),
                    Ok(erased) => {
                        done_on = Some(today);
                        tracing::info!(erased, "erased {erased} ended names");
                    }
                    // Ended names stay hidden in the meantime, and the next check tries again.
                    Err(problem) => tracing::error!(%problem, "failed to erase ended names; the next check tries again"),
                }
            }
            if checks.is_multiple_of(CHECKS_PER_COMPACTION)
                && let Err(problem) = self.compact().await
            {
                tracing::error!(%problem, "failed to compact the log");
            }
            checks = checks.wrapping_add(1);
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = tokio::time::sleep(CHECK_INTERVAL) => {}
            }
        }
    }
}
