//! What the node does by itself: ending names shortly after midnight in the Netherlands, and compacting every hour.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::Directory;

/// How often the calendar is looked at. A new day is noticed within this time, also after the machine has slept.
const LOOK: Duration = Duration::from_secs(60);

/// Looks between two compactions.
const COMPACT_EVERY: u32 = 60;

impl Directory {
    pub(super) fn start_upkeep(self: &Arc<Self>) {
        let directory = Arc::clone(self);
        let shutdown = self.tasks.shutdown().clone();
        self.tasks
            .spawn_vital("upkeep", async move { directory.keep_up(shutdown).await });
    }

    async fn keep_up(self: Arc<Self>, shutdown: CancellationToken) {
        let mut done_on = None;
        let mut looks = 0_u32;
        loop {
            let today = self.clock.today();
            if done_on != Some(today) {
                match self.end_names().await {
                    Ok(0) => done_on = Some(today),
                    Ok(erased) => {
                        done_on = Some(today);
                        tracing::info!(erased, "{erased} names have ended and were erased");
                    }
                    // Names that have ended are not shown meanwhile, and the next look tries again.
                    Err(problem) => tracing::error!(%problem, "names that have ended could not be erased yet"),
                }
            }
            if looks.is_multiple_of(COMPACT_EVERY)
                && let Err(problem) = self.compact().await
            {
                tracing::error!(%problem, "the log could not be compacted");
            }
            looks = looks.wrapping_add(1);
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }
}
