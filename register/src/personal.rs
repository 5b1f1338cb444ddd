//! Salted digests, which represent personal data in the log.
//!
//! Names, addresses, phone numbers and absences never enter the log: they are stored in a table of their own and erased at
//! withdrawal or at their end date. The log keeps a digest. Its salt is stored beside the personal data and erased with it,
//! so history can be verified while the data exists and reveals nothing afterwards.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Random bytes that are stored beside personal data and erased with it.
#[derive(Clone, PartialEq, Eq)]
pub struct Salt(pub [u8; 16]);

// Hides the bytes: with them, a digest could be tested against guesses.
impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salt(***)")
    }
}

impl Salt {
    /// Draws a salt from `rng`.
    pub fn random(rng: &mut dyn rand::RngCore) -> Self {
        let mut bytes = [0; 16];
        rng.fill_bytes(&mut bytes);
        Self(bytes)
    }

    /// The salt as 32 hexadecimal digits.
    pub fn to_hex(&self) -> String {
        hex::encode(self.0)
    }

    /// Parses 32 hexadecimal digits.
    pub fn from_hex(text: &str) -> Option<Self> {
        let mut bytes = [0; 16];
        hex::decode_to_slice(text, &mut bytes).ok()?;
        Some(Self(bytes))
    }
}

/// SHA-256 of a salt followed by personal data, in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonalDigest(String);

impl PersonalDigest {
    /// The digest of `part` with `salt`.
    pub(crate) fn of(salt: &Salt, part: &impl Serialize) -> Self {
        let json = serde_json::to_vec(part).expect("a personal part is plain data, which JSON can always represent");
        let mut hash = Sha256::new();
        hash.update(salt.0);
        hash.update(json);
        Self(hex::encode(hash.finalize()))
    }

    /// The digest as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_salt_round_trips_through_its_text() {
        let salt = Salt([0xa5; 16]);
        assert_eq!(Salt::from_hex(&salt.to_hex()), Some(salt));
        for malformed in ["", "a5", &"g".repeat(32), &"+f".repeat(16), &"a".repeat(34)] {
            assert_eq!(Salt::from_hex(malformed), None, "{malformed}");
        }
    }
}
