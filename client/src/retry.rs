//! Retries with exponential backoff and jitter: only where that is safe, and never past the deadline.

use std::time::Duration;

use rand::Rng as _;
use tokio::time::{Instant, sleep};

use crate::error::{Error, ErrorKind, Retry};

/// How often and how soon a call is retried.
#[derive(Clone, Copy, Debug)]
pub struct RetryPolicy {
    /// The number of attempts, the first included; 1 disables retries.
    pub attempts: u32,
    /// The backoff before the second attempt; it doubles with each further one.
    pub first_pause: Duration,
    /// The longest backoff.
    pub longest_pause: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 4,
            first_pause: Duration::from_millis(100),
            longest_pause: Duration::from_secs(5),
        }
    }
}

/// Whether a repeated call takes effect once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Idempotency {
    /// It does: a read, or a write under a request id.
    Idempotent,
    /// It may take effect twice.
    NotIdempotent,
}

impl RetryPolicy {
    /// Returns the pause before attempt `attempt` (2 for the second): the backoff, of which up to half is taken off at random so
    /// that many clients do not return together, but at least what the node asked for.
    pub(crate) fn pause(&self, attempt: u32, asked: Option<Duration>, rng: &mut dyn rand::RngCore) -> Duration {
        let doublings = attempt.saturating_sub(2).min(16);
        let backoff = self.first_pause.saturating_mul(1 << doublings).min(self.longest_pause);
        let pause = backoff.mul_f64(rng.random_range(0.5..=1.0));
        pause.max(asked.unwrap_or_default())
    }

    /// Makes `call` until it succeeds, must not be retried, or has no time left. `call` receives its remaining time.
    pub(crate) async fn run<T, F>(
        &self,
        idempotency: Idempotency,
        timeout: Duration,
        mut jitter: impl FnMut(u32, Option<Duration>) -> Duration + Send,
        mut call: impl FnMut(Duration) -> F + Send,
    ) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>> + Send,
    {
        let deadline = Instant::now() + timeout;
        let mut attempt = 1;
        loop {
            let remaining = deadline.saturating_duration_since(Instant::now());
            let error = match tokio::time::timeout(remaining, call(remaining)).await {
                Ok(Ok(value)) => return Ok(value),
                Ok(Err(error)) => error,
                Err(_) => return Err(Error::Deadline(timeout)),
            };
            attempt += 1;
            if attempt > self.attempts || !may_repeat(&error, idempotency) {
                return Err(error);
            }
            let pause = jitter(attempt, error.retry_after());
            if Instant::now() + pause >= deadline {
                return Err(error);
            }
            tracing::debug!(attempt, reason = error.reason(), "retrying the call");
            sleep(pause).await;
        }
    }
}

/// Decides whether to retry a call that failed with `error`.
fn may_repeat(error: &Error, idempotency: Idempotency) -> bool {
    let is_transient = match error {
        Error::Unreachable(_) | Error::Broken(_) | Error::Refused(_) => true,
        Error::Answered(answer) => answer.kind() == ErrorKind::Unavailable,
        Error::Deadline(_) | Error::Settings(_) | Error::Distrusted(_) | Error::BadAnswer(_) => false,
    };
    is_transient
        && match error.retry() {
            Retry::Safe => true,
            Retry::WithRequestId => idempotency == Idempotency::Idempotent,
            Retry::Never => false,
        }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;
    use rand::rngs::StdRng;

    use super::*;
    use crate::error::ErrorResponse;

    fn unavailable(reason: &str, wait: u64) -> Error {
        Error::Answered(Box::new(ErrorResponse {
            code: tonic::Code::Unavailable,
            reason: reason.into(),
            message: String::new(),
            metadata: Default::default(),
            violations: vec![],
            retry_after: Some(Duration::from_secs(wait)),
            resource: None,
        }))
    }

    /// Counts and times the attempts of a call that always fails.
    async fn attempts(idempotency: Idempotency, timeout: u64, fail: fn() -> Error) -> (u32, Duration) {
        let policy = RetryPolicy::default();
        let mut rng = StdRng::seed_from_u64(7);
        let made = std::sync::atomic::AtomicU32::new(0);
        let began = Instant::now();
        let result: Result<(), Error> = policy
            .run(
                idempotency,
                Duration::from_secs(timeout),
                |attempt, asked| policy.pause(attempt, asked, &mut rng),
                |_| {
                    made.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    async move { Err(fail()) }
                },
            )
            .await;
        assert!(result.is_err());
        (made.into_inner(), began.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn the_pause_that_a_node_asks_for_is_kept() {
        let (made, took) = attempts(Idempotency::NotIdempotent, 60, || unavailable("SHUTTING_DOWN", 2)).await;
        assert_eq!(made, 4);
        assert!(took >= Duration::from_secs(6), "{took:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn no_attempt_is_made_past_the_deadline() {
        let (made, took) = attempts(Idempotency::Idempotent, 3, || unavailable("SHUTTING_DOWN", 2)).await;
        assert_eq!(made, 2);
        assert!(took < Duration::from_secs(3));
    }

    #[tokio::test(start_paused = true)]
    async fn an_unknown_outcome_is_retried_only_when_idempotent() {
        assert_eq!(
            attempts(Idempotency::NotIdempotent, 60, || unavailable("OUTCOME_UNKNOWN", 1))
                .await
                .0,
            1
        );
        assert_eq!(
            attempts(Idempotency::Idempotent, 60, || unavailable("OUTCOME_UNKNOWN", 1))
                .await
                .0,
            4
        );
        assert_eq!(
            attempts(Idempotency::NotIdempotent, 60, || Error::Broken("reset".into()))
                .await
                .0,
            1
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_permanent_error_is_not_retried() {
        let (made, took) = attempts(Idempotency::Idempotent, 60, || Error::BadAnswer("no".into())).await;
        assert_eq!((made, took), (1, Duration::ZERO));
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_never_ends_times_out() {
        let timeout = Duration::from_secs(10);
        let result: Result<(), Error> = RetryPolicy::default()
            .run(
                Idempotency::Idempotent,
                timeout,
                |_, _| Duration::ZERO,
                |_| std::future::pending(),
            )
            .await;
        assert!(matches!(result, Err(Error::Deadline(timeout)) if timeout.as_secs() == 10));
    }

    #[test]
    fn backoff_grows_and_stays_within_bounds() {
        let policy = RetryPolicy::default();
        let mut rng = StdRng::seed_from_u64(7);
        for (attempt, milliseconds) in [(2, 100), (3, 200), (4, 400), (30, 5_000)] {
            let backoff = Duration::from_millis(milliseconds);
            let pause = policy.pause(attempt, None, &mut rng);
            assert!((backoff / 2..=backoff).contains(&pause), "{attempt}: {pause:?}");
        }
        assert_eq!(
            policy.pause(2, Some(Duration::from_secs(9)), &mut rng),
            Duration::from_secs(9)
        );
    }
}
