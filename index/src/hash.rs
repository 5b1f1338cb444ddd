//! Hash tables with a fast, seeded hash.
//!
//! Most of the keys are codes and names that publishers choose, so the seed differs in each process. What a peer sends is
//! checked with the standard library's tables, whose hash also withstands a caller who measures it.

use foldhash::fast::RandomState;

pub(crate) type HashMap<K, V> = std::collections::HashMap<K, V, RandomState>;
pub(crate) type HashSet<T> = std::collections::HashSet<T, RandomState>;
