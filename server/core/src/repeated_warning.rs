//! A warning that callers can cause at will, and that is logged at most once in ten seconds.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// The interval between two lines.
const INTERVAL: Duration = Duration::from_secs(10);

/// Decides when to log a warning again.
#[derive(Debug, Default)]
pub struct RepeatedWarning(Mutex<WarningState>);

#[derive(Debug, Default)]
struct WarningState {
    last: Option<Instant>,
    count: u64,
}

impl RepeatedWarning {
    /// Counts an occurrence. Returns the number since the last line if it is time for the next one.
    pub fn due(&self) -> Option<u64> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.count += 1;
        let now = Instant::now();
        if state.last.is_some_and(|last| now.duration_since(last) < INTERVAL) {
            return None;
        }
        state.last = Some(now);
        Some(std::mem::take(&mut state.count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_warning_is_due_once_in_an_interval_with_its_count() {
        let warning = RepeatedWarning::default();
        assert_eq!(warning.due(), Some(1));
        assert!((0..99).all(|_| warning.due().is_none()));
        tokio::time::advance(INTERVAL).await;
        assert_eq!(warning.due(), Some(100));
    }
}
