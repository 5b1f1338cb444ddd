//! A secondary index: from a key to the names that have it. Persistent, so that a copy of the view costs nothing.

use imbl::{OrdMap, OrdSet};

/// For each key the names that have it, in order. A key without names is not kept.
#[derive(Clone)]
pub(super) struct Postings<K, N> {
    of: OrdMap<K, OrdSet<N>>,
}

impl<K, N> Default for Postings<K, N> {
    fn default() -> Self {
        Self { of: OrdMap::new() }
    }
}

impl<K: Ord + Clone, N: Ord + Clone> Postings<K, N> {
    /// Makes the index at once from pairs in any order, which is a good deal faster than adding them one by one.
    pub(super) fn from_pairs(mut pairs: Vec<(K, N)>) -> Self {
        pairs.sort_unstable();
        pairs.dedup();
        let mut postings = Self::default();
        for group in pairs.chunk_by(|one, other| one.0 == other.0) {
            let names: OrdSet<N> = group.iter().map(|(_, name)| name.clone()).collect();
            postings.of.insert(group[0].0.clone(), names);
        }
        postings
    }

    pub(super) fn add(&mut self, key: K, name: N) {
        self.of.entry(key).or_default().insert(name);
    }

    pub(super) fn remove(&mut self, key: &K, name: &N) {
        let Some(names) = self.of.get_mut(key) else { return };
        names.remove(name);
        if names.is_empty() {
            self.of.remove(key);
        }
    }

    pub(super) fn get<'a>(&'a self, key: &K) -> impl Iterator<Item = &'a N> + use<'a, K, N> {
        self.of.get(key).into_iter().flat_map(|names| names.iter())
    }

    pub(super) fn count(&self, key: &K) -> usize {
        self.of.get(key).map_or(0, OrdSet::len)
    }

    pub(super) fn contains(&self, key: &K, name: &N) -> bool {
        self.of.get(key).is_some_and(|names| names.contains(name))
    }
}

// Two indexes over the same names are equal, whatever order they came in.
impl<K: Ord + Clone, N: Ord + Clone> PartialEq for Postings<K, N> {
    fn eq(&self, other: &Self) -> bool {
        self.of == other.of
    }
}
