//! Presence: when an officer is absent. An overlay with a call of its own, and part of the personal data.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::personal::{PersonalDigest, Salt};

/// The absences of an officer, in order and without overlap. None is the normal state.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    /// Known absences.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub absences: Vec<Absence>,
}

// Absences are personal data: a debug print may end in a log.
impl fmt::Debug for Presence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Presence({} absences)", self.absences.len())
    }
}

/// One absence: from a moment until, and not including, another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Absence {
    /// From when.
    pub from: Timestamp,
    /// Until when, later than `from`.
    pub until: Timestamp,
}

impl fmt::Debug for Absence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Absence(***)")
    }
}

impl Presence {
    /// The absence that `moment` falls in, if any.
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
