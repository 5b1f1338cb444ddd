//! Requests per second of one caller: a bucket of tokens each, that fills with time. For OINs, sessions and addresses alike.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

/// Buckets that are kept before full ones are thrown away. Far more than there are organisations.
const MOST_BUCKETS: usize = 10_000;

/// The limit; without one everybody is admitted.
pub struct RateLimit<K> {
    per_second: f64,
    burst: f64,
    buckets: Mutex<HashMap<K, Bucket>>,
}

struct Bucket {
    tokens: f64,
    at: Timestamp,
}

impl<K: Clone + Eq + Hash> RateLimit<K> {
    /// `per_second` in the long run, 0 for no limit; `burst` at once.
    pub fn new(per_second: u32, burst: u32) -> Self {
        Self {
            per_second: f64::from(per_second),
            burst: f64::from(burst),
            buckets: Mutex::default(),
        }
    }

    /// What is allowed in the long run.
    pub fn per_second(&self) -> f64 {
        self.per_second
    }

    /// Admits a request of `key` at `now`, or says how long to wait.
    pub fn admit(&self, key: &K, now: Timestamp) -> Result<(), Duration> {
        if self.per_second == 0.0 {
            return Ok(());
        }
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MOST_BUCKETS {
            buckets.retain(|_, bucket| self.tokens_at(bucket, now) < self.burst);
        }
        let bucket = buckets.entry(key.clone()).or_insert(Bucket {
            tokens: self.burst,
            at: now,
        });
        bucket.tokens = self.tokens_at(bucket, now);
        bucket.at = now;
        if bucket.tokens >= 1.0 {
            bucket.tokens -= 1.0;
            return Ok(());
        }
        let wait = Duration::from_secs_f64((1.0 - bucket.tokens) / self.per_second);
        Err(wait.max(Duration::from_millis(10)))
    }

    /// What is in `bucket` at `now`. A clock that was set back gives nothing and takes nothing.
    fn tokens_at(&self, bucket: &Bucket, now: Timestamp) -> f64 {
        let elapsed = now.duration_since(bucket.at).as_secs_f64().max(0.0);
        (bucket.tokens + elapsed * self.per_second).min(self.burst)
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan as _;

    use super::*;

    #[test]
    fn after_the_burst_requests_are_admitted_at_the_rate_and_others_are_not_held_up() {
        let limit = RateLimit::new(10, 3);
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        for _ in 0..3 {
            limit.admit(&1, now).unwrap();
        }
        assert!(limit.admit(&1, now).unwrap_err() <= Duration::from_millis(100));
        limit.admit(&2, now).unwrap();

        let later = now + 100.milliseconds();
        limit.admit(&1, later).unwrap();
        assert!(limit.admit(&1, later).is_err());
    }

    #[test]
    fn zero_means_no_limit() {
        let limit = RateLimit::new(0, 0);
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        assert!((0..100).all(|_| limit.admit(&1, now).is_ok()));
    }
}
