//! Presence: the absences of an officer. An overlay with calls of its own, and personal data.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::personal::{PersonalDigest, Salt};

/// The absences of an officer, in order and without overlap. Usually empty.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    /// Known absences.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub absences: Vec<Absence>,
}

// Absences are personal data, and debug output may end up in a log.
impl fmt::Debug for Presence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Presence({} absences)", self.absences.len())
    }
}

/// One absence: a half-open range of time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Absence {
    /// Its first moment.
    pub from: Timestamp,
    /// The first moment after it, later than `from`.
    pub until: Timestamp,
}

impl fmt::Debug for Absence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Absence(***)")
    }
}

impl Presence {
    /// The absence that includes `moment`, if any.
    pub fn absence_at(&self, moment: Timestamp) -> Option<&Absence> {
        self.absences
            .iter()
            .find(|absence| absence.from <= moment && moment < absence.until)
    }

    /// The first moment after `moment` at which an absence begins or ends.
    pub fn next_change(&self, moment: Timestamp) -> Option<Timestamp> {
        self.absences
            .iter()
            .flat_map(|absence| [absence.from, absence.until])
            .filter(|edge| *edge > moment)
            .min()
    }

    /// The digest of these absences with `salt`.
    pub fn digest(&self, salt: &Salt) -> PersonalDigest {
        PersonalDigest::of(salt, self)
    }

    /// Whether no absence is known.
    pub fn is_empty(&self) -> bool {
        self.absences.is_empty()
    }
}
