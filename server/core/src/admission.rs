//! Admission: a bounded number of places, of which each caller gets at most a share, in a fair order.
//!
//! A caller that asks for more than its share waits in a queue of its own. A place that becomes free goes to the callers in
//! turn, so a caller with a thousand requests delays another by one turn only. Requests take places by OIN, and connections by
//! network and by OIN. Anything else that callers compete for takes its places here too.
//!
//! Not tower's limits: they count all callers together, and serve in order of arrival.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, oneshot};

/// The number of queues' worth of callers that may wait in total.
const MAX_FULL_QUEUES: usize = 8;

/// The sizes of an [`Admission`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Places {
    /// Places of all callers together.
    pub total: usize,
    /// Places of one caller; 0 for no limit.
    pub per_caller: usize,
    /// Requests of one caller that may wait for a place.
    pub queue: usize,
}

/// The places, and who holds or awaits one. Clones share them.
pub struct Admission<K: Clone + Eq + Hash>(Arc<SharedPlaces<K>>);

struct SharedPlaces<K> {
    places: Places,
    state: Mutex<AdmissionState<K>>,
    released: Notify,
}

struct AdmissionState<K> {
    in_use: usize,
    waiting: usize,
    callers: HashMap<K, CallerPlaces<K>>,
    /// The callers with a queue, each once, in the order of their turns.
    turns: VecDeque<K>,
}

struct CallerPlaces<K> {
    in_use: usize,
    queue: VecDeque<oneshot::Sender<Place<K>>>,
}

/// A place. Dropping it admits the next request.
pub struct Place<K>(Option<HeldPlace<K>>);

struct HeldPlace<K> {
    shared: Arc<SharedPlaces<K>>,
    key: K,
    release: fn(&Arc<SharedPlaces<K>>, &K),
}

/// What a waiting request receives its place from.
type Turn<K> = oneshot::Receiver<Place<K>>;

/// Why there is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoPlace {
    /// The caller uses its share.
    CallerShare,
    /// All places are in use.
    AllInUse,
}

impl NoPlace {
    /// The value of the label `reason` in metrics.
    pub fn as_label(self) -> &'static str {
        match self {
            Self::CallerShare => "caller",
            Self::AllInUse => "node",
        }
    }
}

impl<K: Clone + Eq + Hash + Send + Sync> Admission<K> {
    /// Starts with all places free.
    pub fn new(places: Places) -> Self {
        Self(Arc::new(SharedPlaces {
            places,
            state: Mutex::new(AdmissionState {
                in_use: 0,
                waiting: 0,
                callers: HashMap::new(),
                turns: VecDeque::new(),
            }),
            released: Notify::new(),
        }))
    }

    /// The sizes.
    pub fn places(&self) -> Places {
        self.0.places
    }

    /// Takes a place for `key` if there is one now.
    pub fn try_admit(&self, key: &K) -> Result<Place<K>, NoPlace> {
        self.0.try_take(key)
    }

    /// Takes a place for `key`, in its turn. Fails at once if its queue is full, and otherwise after `within`.
    pub async fn admit(&self, key: &K, within: Duration) -> Result<Place<K>, NoPlace> {
        let (refused, turn) = match self.0.take_or_queue_up(key) {
            Ok(place) => return Ok(place),
            Err((refused, Some(turn))) => (refused, turn),
            Err((refused, None)) => return Err(refused),
        };
        // A place that was given at the last moment is released when the receiver is dropped.
        match tokio::time::timeout(within, turn).await {
            Ok(Ok(place)) => Ok(place),
            Ok(Err(_)) | Err(_) => Err(refused),
        }
    }

    /// Waits until no place is in use.
    pub async fn all_free(&self) {
        loop {
            let mut released = std::pin::pin!(self.0.released.notified());
            // Registers before the check, so that no release is missed.
            released.as_mut().enable();
            if self.0.lock().in_use == 0 {
                return;
            }
            released.await;
        }
    }
}

impl<K: Clone + Eq + Hash> SharedPlaces<K> {
    fn lock(&self) -> MutexGuard<'_, AdmissionState<K>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn per_caller(&self) -> usize {
        match self.places.per_caller {
            0 => usize::MAX,
            limit => limit,
        }
    }

    fn place(self: &Arc<Self>, key: &K) -> Place<K> {
        Place(Some(HeldPlace {
            shared: Arc::clone(self),
            key: key.clone(),
            release: Self::release,
        }))
    }

    /// Nobody with a right to a free place waits: a release gives it to the next in turn. So a request may take one at once.
    fn try_take(self: &Arc<Self>, key: &K) -> Result<Place<K>, NoPlace> {
        self.take(&mut self.lock(), key)
    }

    /// Takes a place, or queues up if there is room. Under one lock: a place that were released in between would be given to
    /// nobody, and who queues up after that would wait for another release.
    fn take_or_queue_up(self: &Arc<Self>, key: &K) -> Result<Place<K>, (NoPlace, Option<Turn<K>>)> {
        let mut state = self.lock();
        let refused = match self.take(&mut state, key) {
            Ok(place) => return Ok(place),
            Err(refused) => refused,
        };
        Err((refused, self.queue_up(&mut state, key)))
    }

    fn take(self: &Arc<Self>, state: &mut AdmissionState<K>, key: &K) -> Result<Place<K>, NoPlace> {
        let in_use = state.callers.get(key).map_or(0, |caller| caller.in_use);
        if in_use >= self.per_caller() {
            return Err(NoPlace::CallerShare);
        }
        if state.in_use >= self.places.total {
            return Err(NoPlace::AllInUse);
        }
        state.in_use += 1;
        state.caller(key).in_use += 1;
        Ok(self.place(key))
    }

    fn queue_up(&self, state: &mut AdmissionState<K>, key: &K) -> Option<Turn<K>> {
        if let Some(caller) = state.callers.get_mut(key)
            && caller.queue.len() >= self.places.queue
        {
            // Make room for those that have not given up.
            let before = caller.queue.len();
            caller.queue.retain(|turn| !turn.is_closed());
            state.waiting -= before - caller.queue.len();
            if caller.queue.is_empty() {
                state.turns.retain(|turn| turn != key);
            }
        }
        let length = state.callers.get(key).map_or(0, |caller| caller.queue.len());
        if length >= self.places.queue || state.waiting >= self.places.queue.saturating_mul(MAX_FULL_QUEUES) {
            return None;
        }
        if length == 0 {
            state.turns.push_back(key.clone());
        }
        let (turn, receiver) = oneshot::channel();
        state.waiting += 1;
        state.caller(key).queue.push_back(turn);
        Some(receiver)
    }

    fn release(shared: &Arc<Self>, key: &K) {
        let next = {
            let mut state = shared.lock();
            state.in_use -= 1;
            if let Entry::Occupied(mut caller) = state.callers.entry(key.clone()) {
                caller.get_mut().in_use -= 1;
                if caller.get().in_use == 0 && caller.get().queue.is_empty() {
                    caller.remove();
                }
            }
            state.next_in_turn(shared.places.total, shared.per_caller())
        };
        shared.released.notify_waiters();
        if let Some((key, turn)) = next {
            // Outside the lock: whoever gave up meanwhile drops the place here.
            let _ = turn.send(shared.place(&key));
        }
    }
}

impl<K: Clone + Eq + Hash> AdmissionState<K> {
    fn caller(&mut self, key: &K) -> &mut CallerPlaces<K> {
        self.callers.entry(key.clone()).or_insert_with(|| CallerPlaces {
            in_use: 0,
            queue: VecDeque::new(),
        })
    }

    /// Takes a free place for the first caller in turn that may have one.
    fn next_in_turn(&mut self, total: usize, per_caller: usize) -> Option<(K, oneshot::Sender<Place<K>>)> {
        if self.in_use >= total {
            return None;
        }
        for _ in 0..self.turns.len() {
            let key = self.turns.pop_front()?;
            let Some(caller) = self.callers.get_mut(&key) else { continue };
            if caller.in_use >= per_caller {
                self.turns.push_back(key);
                continue;
            }
            let mut next = None;
            while let Some(turn) = caller.queue.pop_front() {
                self.waiting -= 1;
                if !turn.is_closed() {
                    next = Some(turn);
                    break;
                }
            }
            if !caller.queue.is_empty() {
                self.turns.push_back(key.clone());
            }
            match next {
                Some(turn) => {
                    caller.in_use += 1;
                    self.in_use += 1;
                    return Some((key, turn));
                }
                None if caller.in_use == 0 => {
                    self.callers.remove(&key);
                }
                None => {}
            }
        }
        None
    }
}

impl<K> Drop for Place<K> {
    fn drop(&mut self) {
        if let Some(HeldPlace { shared, key, release }) = self.0.take() {
            release(&shared, &key);
        }
    }
}

impl<K: Clone + Eq + Hash> Clone for Admission<K> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K: Clone + Eq + Hash> fmt::Debug for Admission<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Admission")
            .field("places", &self.0.places)
            .finish_non_exhaustive()
    }
}

impl<K> fmt::Debug for Place<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Place")
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    fn admission(total: usize, per_caller: usize, queue: usize) -> Admission<char> {
        Admission::new(Places {
            total,
            per_caller,
            queue,
        })
    }

    #[test]
    fn a_caller_gets_its_share_and_others_get_theirs() {
        let admission = admission(4, 2, 0);
        let _held = [admission.try_admit(&'a').unwrap(), admission.try_admit(&'a').unwrap()];
        assert_eq!(admission.try_admit(&'a').unwrap_err(), NoPlace::CallerShare);
        let _others = [admission.try_admit(&'b').unwrap(), admission.try_admit(&'b').unwrap()];
        assert_eq!(admission.try_admit(&'c').unwrap_err(), NoPlace::AllInUse);
    }

    #[test]
    fn a_caller_without_a_limit_has_no_share_to_use_up() {
        let admission = admission(1, 0, 0);
        let _held = admission.try_admit(&'a').unwrap();
        assert_eq!(admission.try_admit(&'a').unwrap_err(), NoPlace::AllInUse);
    }

    #[tokio::test]
    async fn a_free_place_goes_to_the_callers_in_turn() {
        let admission = admission(1, 1, 10);
        let held = admission.try_admit(&'a').unwrap();
        let mut flood: Vec<_> = (0..5).map(|_| Box::pin(admission.admit(&'a', LONG))).collect();
        for waiting in &mut flood {
            assert!(waiting.as_mut().now_or_never().is_none());
        }
        let mut other = Box::pin(admission.admit(&'b', LONG));
        assert!(other.as_mut().now_or_never().is_none());
        drop(held);
        let first = flood[0].as_mut().now_or_never().expect("first in turn").unwrap();
        assert!(other.as_mut().now_or_never().is_none());
        drop(first);
        assert!(flood[1].as_mut().now_or_never().is_none());
        other.as_mut().now_or_never().expect("before the rest of the flood").unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn who_gives_up_leaves_no_trace() {
        let admission = admission(1, 0, 2);
        let held = admission.try_admit(&'a').unwrap();
        for _ in 0..10 {
            let refused = admission.admit(&'b', Duration::from_millis(1)).await;
            assert_eq!(refused.unwrap_err(), NoPlace::AllInUse);
        }
        let given = Box::pin(admission.admit(&'b', LONG));
        let mut given = given;
        assert!(given.as_mut().now_or_never().is_none());
        drop(held);
        // The place was given and not taken.
        drop(given);
        admission.all_free().await;
        let state = admission.0.lock();
        assert_eq!((state.in_use, state.waiting), (0, 0));
        assert!(state.callers.is_empty() && state.turns.is_empty());
    }

    /// Callers on several threads meet at the last place at every moment of a release.
    #[allow(clippy::disallowed_methods)]
    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn a_place_released_while_another_caller_queues_up_is_not_lost() {
        let admission = admission(1, 0, 10);
        for round in 0..5_000 {
            let met = (0..3).map(|_| {
                let admission = admission.clone();
                tokio::spawn(async move { admission.admit(&'a', LONG).await.map(drop) })
            });
            for met in met.collect::<Vec<_>>() {
                assert_eq!(met.await.expect("nobody panics"), Ok(()), "round {round}");
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_full_queue_refuses_at_once() {
        let admission = admission(1, 1, 1);
        let _held = admission.try_admit(&'a').unwrap();
        let mut waiting = Box::pin(admission.admit(&'a', LONG));
        assert!(waiting.as_mut().now_or_never().is_none());
        let refused = admission.admit(&'a', LONG).now_or_never().expect("at once");
        assert_eq!(refused.unwrap_err(), NoPlace::CallerShare);
    }
}
