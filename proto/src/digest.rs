//! The digest of a snapshot, by which a node knows that it received what was sent.
//!
//! SHA-256 over the entries in stream order, each as its length in bytes (unsigned, 64 bits, big-endian) and its encoding.
//! The encoding is deterministic: fields in order of number, defaults left out, no unknown fields. That is what prost writes,
//! since the message has no maps. Test vectors for other languages: `docs/samples/digests.json`.

use prost::Message as _;
use sha2::{Digest as _, Sha256};

use crate::v1;

/// Counts and hashes the entries of a snapshot as they pass.
#[derive(Clone, Debug, Default)]
pub struct SnapshotDigest {
    hash: Sha256,
    count: u32,
    buffer: Vec<u8>,
}

impl SnapshotDigest {
    /// The digest of no entries.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next entry in.
    pub fn push(&mut self, entry: &v1::Officer) {
        self.buffer.clear();
        entry
            .encode(&mut self.buffer)
            .expect("a vector grows to whatever is written to it");
        let length = self.buffer.len() as u64;
        self.hash.update(length.to_be_bytes());
        self.hash.update(&self.buffer);
        self.count = self.count.saturating_add(1);
    }

    /// How many entries have been taken in so far.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// How many entries there were, and their digest.
    pub fn finish(self) -> (u32, [u8; 32]) {
        (self.count, self.hash.finalize().into())
    }
}
