//! Hash tables with a fast, seeded hash, and a hash that is the same on every machine.
//!
//! Most of the keys are codes and names that publishers choose, so the seed differs in each process. What a peer sends is
//! checked with the standard library's tables, whose hash also withstands a caller who measures it.

use foldhash::fast::RandomState;

pub(crate) type HashMap<K, V> = std::collections::HashMap<K, V, RandomState>;
pub(crate) type HashSet<T> = std::collections::HashSet<T, RandomState>;

/// The hash of no letters by FNV-1a. It is part of the meaning of the files that hold hashes of words.
pub(crate) const FNV_START: u64 = 0xcbf2_9ce4_8422_2325;

/// Adds a letter to a hash by FNV-1a, over characters instead of bytes.
pub(crate) fn fnv_step(hash: u64, letter: char) -> u64 {
    (hash ^ u64::from(letter)).wrapping_mul(0x0100_0000_01b3)
}

/// Spreads a hash over all bits, of which the highest ones are used.
pub(crate) fn spread(hash: u64) -> u64 {
    (hash ^ hash >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}
