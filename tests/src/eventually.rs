//! Waits for a condition: the only way in which tests wait.

use std::fmt::Debug;
use std::time::{Duration, Instant};

/// The limit of most waits. Only guards against hanging: a test that passes hardly waits, also on a machine four times slower.
pub const DEADLINE: Duration = Duration::from_secs(120);

/// The pause between two checks.
const PAUSE: Duration = Duration::from_millis(20);

/// Polls `check` until it returns `Ok`, and returns that value. Panics after `deadline` with the last `Err`.
///
/// `what` completes the sentence "waited in vain until …".
#[track_caller]
pub fn eventually<T, E: Debug>(
    deadline: Duration,
    what: &str,
    mut check: impl AsyncFnMut() -> Result<T, E>,
) -> impl Future<Output = T> {
    let place = std::panic::Location::caller();
    async move {
        let begin = Instant::now();
        loop {
            match check().await {
                Ok(value) => return value,
                Err(last) if begin.elapsed() >= deadline => {
                    panic!("{place}: waited {deadline:?} in vain until {what}; the last check returned: {last:?}")
                }
                // Polling is what this function is for; nothing else in the tests may sleep.
                Err(_) => tokio::time::sleep(PAUSE).await,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_gives_the_first_ok() {
        let mut looks = 0;
        let value = eventually(DEADLINE, "the third check succeeded", async || {
            looks += 1;
            if looks == 3 { Ok(looks) } else { Err(looks) }
        })
        .await;
        assert_eq!(value, 3);
    }
}
