//! The digest of a snapshot, by which a node verifies that it received all entries unchanged.
//!
//! SHA-256 over the entries in stream order, each as its length in bytes (unsigned, 64 bits, big-endian) and its encoding.
//! The encoding is deterministic: fields by number, without defaults and unknown fields. prost writes this form, since the
//! message has no maps. Test vectors for other languages are in `docs/samples/digests.json`.

use prost::Message as _;
use sha2::{Digest as _, Sha256};

use crate::v1;

/// Counts and hashes the entries of a snapshot.
#[derive(Clone, Debug, Default)]
pub struct SnapshotDigest {
    hash: Sha256,
    count: u32,
    buffer: Vec<u8>,
}

impl SnapshotDigest {
    /// Starts a digest without entries.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the next entry.
    pub fn push(&mut self, entry: &v1::Officer) {
        self.buffer.clear();
        entry.encode(&mut self.buffer).expect("writing to a vector does not fail");
        let length = self.buffer.len() as u64;
        self.hash.update(length.to_be_bytes());
        self.hash.update(&self.buffer);
        self.count = self.count.saturating_add(1);
    }

    /// Returns the number of entries so far.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// Returns the number of entries and their digest.
    pub fn finish(self) -> (u32, [u8; 32]) {
        (self.count, self.hash.finalize().into())
    }
}

#[cfg(test)]
mod tests {
    use register::draft::OfficerDraft;
    use serde::Deserialize;

    use super::*;

    /// The published test vectors for implementations in other languages.
    const VECTORS: &str = include_str!("../../docs/samples/digests.json");

    #[derive(Deserialize)]
    struct Vectors {
        vectors: Vec<Vector>,
    }

    #[derive(Deserialize)]
    struct Vector {
        name: String,
        entries: Vec<VectorEntry>,
        count: u32,
        sha256: String,
    }

    #[derive(Deserialize)]
    struct VectorEntry {
        officer: OfficerDraft,
        encoding: String,
    }

    #[test]
    fn the_published_vectors_match() {
        let published: Vectors = serde_json::from_str(VECTORS).unwrap();
        assert!(published.vectors.len() >= 4);
        for vector in published.vectors {
            let mut digest = SnapshotDigest::new();
            for (place, entry) in vector.entries.iter().enumerate() {
                let message = v1::Officer::try_from(&entry.officer).unwrap();
                assert_eq!(
                    hex::encode(message.encode_to_vec()),
                    entry.encoding,
                    "{} entry {place}",
                    vector.name
                );
                digest.push(&message);
            }
            let (count, sha256) = digest.finish();
            assert_eq!((count, hex::encode(sha256)), (vector.count, vector.sha256), "{}", vector.name);
        }
    }

    #[test]
    fn the_digest_depends_on_order_and_boundaries() {
        let officer = |title: &str| v1::Officer {
            function_title: title.to_owned(),
            ..v1::Officer::default()
        };
        let digest_of = |titles: &[&str]| {
            let mut digest = SnapshotDigest::new();
            titles.iter().for_each(|title| digest.push(&officer(title)));
            digest.finish().1
        };
        assert_ne!(digest_of(&["a", "b"]), digest_of(&["b", "a"]));
        assert_ne!(digest_of(&["a", "b"]), digest_of(&["a"]));
        assert_ne!(digest_of(&[]), digest_of(&[""]));
    }
}
