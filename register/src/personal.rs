//! The personal part of an entry, and the digest that stands for it in the log.
//!
//! Names, addresses, numbers and absences never enter the log: they lie in a table of their own, are erased at withdrawal
//! or at their end date, and nothing of them is left then. The log keeps a digest with a salt that lies beside the personal
//! part and is erased with it, so that history can be checked while the data is there and tells nothing when it is gone.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::officer::{Email, Phone};
use crate::presence::Presence;

/// What of an officer is, or may be, about a person.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonalPart {
    /// Name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Last day on which the name is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_until: Option<Date>,
    /// Mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// Phone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Phone>,
}

impl fmt::Debug for PersonalPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonalPart(***)")
    }
}

impl PersonalPart {
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The digest of this part under `salt`.
    pub fn digest(&self, salt: &Salt) -> PersonalDigest {
        PersonalDigest::of(salt, self)
    }
}

impl Presence {
    /// The digest of these absences under `salt`.
    pub fn digest(&self, salt: &Salt) -> PersonalDigest {
        PersonalDigest::of(salt, self)
    }
}

/// Random bytes that lie beside a personal part and are erased with it.
#[derive(Clone, PartialEq, Eq)]
pub struct Salt(pub [u8; 16]);

impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salt(***)")
    }
}

impl Salt {
    /// A new salt from the random source that the caller was handed.
    pub fn random(rng: &mut dyn rand::RngCore) -> Self {
        let mut bytes = [0; 16];
        rng.fill_bytes(&mut bytes);
        Self(bytes)
    }

    /// As text: 32 hexadecimal digits.
    pub fn to_hex(&self) -> String {
        hex(&self.0)
    }

    /// Takes the text back in.
    pub fn from_hex(text: &str) -> Option<Self> {
        let mut bytes = [0; 16];
        if text.len() != 32 || !text.is_ascii() {
            return None;
        }
        for (place, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(2 * place..2 * place + 2)?, 16).ok()?;
        }
        Some(Self(bytes))
    }
}

/// SHA-256 over a salt and a personal part, in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonalDigest(String);

impl PersonalDigest {
    /// The digest of `part` under `salt`.
    pub(crate) fn of(salt: &Salt, part: &impl Serialize) -> Self {
        let json = serde_json::to_vec(part).expect("a personal part is plain data, which JSON can always hold");
        let mut hash = Sha256::new();
        hash.update(salt.0);
        hash.update(json);
        Self(hex(&hash.finalize()))
    }

    /// The digest as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_part_has_another_digest_under_another_salt() {
        let part = PersonalPart {
            name: Some("Noor Voorbeeld".into()),
            ..PersonalPart::default()
        };
        assert_eq!(part.digest(&Salt([1; 16])), part.digest(&Salt([1; 16])));
        assert_ne!(part.digest(&Salt([1; 16])), part.digest(&Salt([2; 16])));
    }

    #[test]
    fn debug_prints_hide_the_name() {
        let part = PersonalPart {
            name: Some("Noor Voorbeeld".into()),
            ..PersonalPart::default()
        };
        assert!(!format!("{part:?}").contains("Noor"));
    }
}
