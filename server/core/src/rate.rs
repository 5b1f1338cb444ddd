//! Rate limits of requests, or of what they send, per OIN, session or address: governor's algorithm (GCRA) over a bounded number of keys.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, Hash, RandomState};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::StateStore;
use governor::{Quota, RateLimiter};
use jiff::{SignedDuration, Timestamp};

/// Parts of the key table, each with a lock of its own.
const SHARDS: usize = 16;

/// Keys in one shard. A shard that is full counts all further keys together, so memory is bounded whatever callers send.
const KEYS_PER_SHARD: usize = 4_096;

/// The shortest interval between two searches of a full shard for idle keys: it bounds their cost under attack.
const SWEEP_INTERVAL: Duration = Duration::from_millis(100);

/// Timestamps of concurrent requests can arrive in another order than they were taken. A larger step back means that the
/// clock was set.
const REORDERED_WITHIN: SignedDuration = SignedDuration::from_secs(1);

/// The shortest wait that a caller is given.
const MIN_WAIT: Duration = Duration::from_millis(10);

type Limiter<K> = RateLimiter<K, BoundedKeys<K>, ElapsedTime, NoOpMiddleware<Duration>>;

/// Limits the requests of each key, or pieces of them.
pub struct RateLimit<K: Clone + Eq + Hash> {
    per_second: u32,
    time: ElapsedTime,
    limiter: Option<Limiter<K>>,
}

impl<K: Clone + Eq + Hash> RateLimit<K> {
    /// Allows each key `per_second` requests in the long run, 0 for no limit, and `burst` (at least 1) at once.
    pub fn new(per_second: u32, burst: u32) -> Self {
        let time = ElapsedTime::default();
        let limiter = NonZeroU32::new(per_second).map(|per_second| {
            let quota = Quota::per_second(per_second).allow_burst(NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN));
            RateLimiter::new(quota, BoundedKeys::new(time.clone()), time.clone())
        });
        Self {
            per_second,
            time,
            limiter,
        }
    }

    /// The requests per second that a key is allowed in the long run; 0 for no limit.
    pub fn per_second(&self) -> u32 {
        self.per_second
    }

    /// Admits a request of `key` at `now`, or returns how long to wait: at least 10 milliseconds.
    pub fn admit(&self, key: &K, now: Timestamp) -> Result<(), Duration> {
        let Some(limiter) = &self.limiter else { return Ok(()) };
        self.time.advance_to(now);
        limiter
            .check_key(key)
            .map_err(|refused| refused.wait_time_from(self.time.get()).max(MIN_WAIT))
    }
}

/// The time since the first request, by the timestamps of the requests.
///
/// GCRA needs time that only grows: it would refuse a caller for an hour after the wall clock was set back by an hour. Here
/// a step back counts as no time.
#[derive(Clone, Debug, Default)]
struct ElapsedTime(Arc<Mutex<ElapsedState>>);

#[derive(Debug, Default)]
struct ElapsedState {
    elapsed: Duration,
    last: Option<Timestamp>,
}

impl ElapsedTime {
    fn advance_to(&self, now: Timestamp) {
        let mut state = self.lock();
        if let Some(last) = state.last {
            let step = now.duration_since(last);
            if step.is_negative() && step.abs() < REORDERED_WITHIN {
                return;
            }
            state.elapsed += Duration::try_from(step).unwrap_or_default();
        }
        state.last = Some(now);
    }

    fn get(&self) -> Duration {
        self.lock().elapsed
    }

    fn lock(&self) -> MutexGuard<'_, ElapsedState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl governor::clock::Clock for ElapsedTime {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.get()
    }
}

/// The state of at most `SHARDS * KEYS_PER_SHARD` keys. Governor's own stores grow without bound.
struct BoundedKeys<K> {
    shards: Vec<Mutex<Shard<K>>>,
    hasher: RandomState,
    time: ElapsedTime,
}

struct Shard<K> {
    /// For each key, the elapsed time at which its whole burst is available again (GCRA's theoretical arrival time).
    keys: HashMap<K, Nanos>,
    /// The same for all keys that did not fit, together.
    overflow: Option<Nanos>,
    last_sweep: Option<Duration>,
}

impl<K: Eq + Hash> BoundedKeys<K> {
    fn new(time: ElapsedTime) -> Self {
        let shard = || Shard {
            keys: HashMap::new(),
            overflow: None,
            last_sweep: None,
        };
        Self {
            shards: std::iter::repeat_with(|| Mutex::new(shard())).take(SHARDS).collect(),
            hasher: RandomState::new(),
            time,
        }
    }

    fn shard_of(&self, key: &K) -> MutexGuard<'_, Shard<K>> {
        let hash = self.hasher.hash_one(key);
        // The remainder is below the number of shards.
        let number = usize::try_from(hash % SHARDS as u64).unwrap_or(0);
        self.shards[number].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Eq + Hash> Shard<K> {
    fn is_full(&self) -> bool {
        self.keys.len() >= KEYS_PER_SHARD
    }

    /// Removes the keys whose whole burst is available: to forget them changes no decision.
    fn sweep(&mut self, now: Duration) {
        if self.last_sweep.is_some_and(|last| now < last + SWEEP_INTERVAL) {
            return;
        }
        self.last_sweep = Some(now);
        let now = Nanos::from(now);
        self.keys.retain(|_, full_at| *full_at > now);
    }
}

impl<K: Clone + Eq + Hash> StateStore for BoundedKeys<K> {
    type Key = K;

    fn measure_and_replace<T, F, E>(&self, key: &K, decide: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let now = self.time.get();
        let mut shard = self.shard_of(key);
        if let Some(full_at) = shard.keys.get_mut(key) {
            let (outcome, next) = decide(Some(*full_at))?;
            *full_at = next;
            return Ok(outcome);
        }
        if shard.is_full() {
            shard.sweep(now);
        }
        if shard.is_full() {
            let (outcome, next) = decide(shard.overflow)?;
            shard.overflow = Some(next);
            return Ok(outcome);
        }
        let (outcome, next) = decide(None)?;
        shard.keys.insert(key.clone(), next);
        Ok(outcome)
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan as _;

    use super::*;

    const MAX_KEYS: usize = SHARDS * KEYS_PER_SHARD;

    fn start() -> Timestamp {
        "2026-11-22T12:00:00Z".parse().unwrap()
    }

    fn keys_held(limit: RateLimit<u64>) -> usize {
        let store = limit.limiter.unwrap().into_state_store();
        store.shards.iter().map(|shard| shard.lock().unwrap().keys.len()).sum()
    }

    #[test]
    fn requests_are_admitted_at_the_rate_after_the_burst() {
        let limit = RateLimit::new(10, 3);
        let now = start();
        for _ in 0..3 {
            limit.admit(&1, now).unwrap();
        }
        assert_eq!(limit.admit(&1, now), Err(Duration::from_millis(100)));
        limit.admit(&2, now).unwrap();

        let later = now + 100.milliseconds();
        limit.admit(&1, later).unwrap();
        assert_eq!(limit.admit(&1, later), Err(Duration::from_millis(100)));
    }

    #[test]
    fn burst_is_available_again_after_idling() {
        let limit = RateLimit::new(10, 3);
        let later = start() + 1.hours();
        for now in [start(), later] {
            assert_eq!((0..10).filter(|_| limit.admit(&1, now).is_ok()).count(), 3);
        }
    }

    #[test]
    fn wait_is_at_least_ten_milliseconds() {
        let limit = RateLimit::new(1_000, 1);
        limit.admit(&1, start()).unwrap();
        assert_eq!(limit.admit(&1, start()), Err(MIN_WAIT));
    }

    #[test]
    fn zero_means_no_limit() {
        let limit = RateLimit::new(0, 0);
        assert!((0..100).all(|_| limit.admit(&1, start()).is_ok()));
    }

    #[test]
    fn clock_that_is_set_back_refuses_nobody_for_long() {
        let limit = RateLimit::new(10, 3);
        let set_back = start() - 1.hours();
        for now in [start(), set_back] {
            while limit.admit(&1, now).is_ok() {}
        }
        limit.admit(&1, set_back + 100.milliseconds()).unwrap();
    }

    #[test]
    fn late_timestamp_of_a_concurrent_request_adds_no_time() {
        let limit = RateLimit::new(10, 1);
        limit.admit(&1, start()).unwrap();
        for _ in 0..100 {
            let _ = limit.admit(&1, start() + 5.milliseconds());
            assert!(limit.admit(&1, start()).is_err());
        }
    }

    #[test]
    fn million_keys_stay_within_the_cap_and_known_keys_keep_theirs() {
        const KNOWN: u64 = u64::MAX;
        let limit = RateLimit::new(10, 3);
        let mut now = start();
        let mut known_admitted = 0;
        let mut others_admitted = 0;
        // Ten seconds: 100,000 new keys a second, each with a burst that takes 100 milliseconds to refill.
        for key in 0..1_000_000 {
            others_admitted += u64::from(limit.admit(&key, now).is_ok());
            if key % 1_000 == 0 {
                known_admitted += u64::from(limit.admit(&KNOWN, now).is_ok());
                now += 10.milliseconds();
            }
        }
        // The burst, and the rate for ten seconds.
        assert!((100..=103).contains(&known_admitted), "{known_admitted}");
        assert!(others_admitted > 500_000, "idle keys make room: {others_admitted}");
        assert!(keys_held(limit) <= MAX_KEYS);
    }

    #[test]
    fn keys_beyond_the_cap_share_a_limit_until_there_is_room() {
        let limit = RateLimit::new(1, 2);
        let now = start();
        let admitted = (0..200_000).filter(|key| limit.admit(key, now).is_ok()).count();
        assert_eq!(
            admitted,
            MAX_KEYS + 2 * SHARDS,
            "each shard has one limit for what does not fit"
        );

        let later = now + 10.seconds();
        assert!((2_000_000..2_000_100).all(|key| limit.admit(&key, later).is_ok()));
        assert!(keys_held(limit) <= MAX_KEYS);
    }
}
