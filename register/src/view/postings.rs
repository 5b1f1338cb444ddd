//! A secondary index from a key to the items that have it. Persistent, so that copies of the view are cheap.

use imbl::OrdMap;

/// Maps each key to the items that have it, in order of name. Keys without items are removed.
///
/// It holds the items and not only their names: a route reads thousands of them, and another lookup for each would dominate
/// its time.
#[derive(Clone)]
pub(super) struct Postings<K, N, V> {
    of: OrdMap<K, OrdMap<N, V>>,
}

impl<K, N, V> Default for Postings<K, N, V> {
    fn default() -> Self {
        Self { of: OrdMap::new() }
    }
}

impl<K: Ord + Clone, N: Ord + Clone, V: Clone> Postings<K, N, V> {
    pub(super) fn put(&mut self, key: &K, name: &N, value: &V) {
        self.of.entry(key.clone()).or_default().insert(name.clone(), value.clone());
    }

    pub(super) fn remove(&mut self, key: &K, name: &N) {
        let Some(named) = self.of.get_mut(key) else { return };
        named.remove(name);
        if named.is_empty() {
            self.of.remove(key);
        }
    }

    pub(super) fn get<'a>(&'a self, key: &K) -> impl Iterator<Item = &'a V> + use<'a, K, N, V> {
        self.of.get(key).into_iter().flat_map(OrdMap::values)
    }

    pub(super) fn count(&self, key: &K) -> usize {
        self.of.get(key).map_or(0, OrdMap::len)
    }
}

// Equality depends on the content only, not on the order of insertion.
impl<K: Ord + Clone, N: Ord + Clone, V: PartialEq + Clone> PartialEq for Postings<K, N, V> {
    fn eq(&self, other: &Self) -> bool {
        self.of == other.of
    }
}
