//! Where a register's history stands: an epoch and a revision in it.
//!
//! The epoch is new when a register is made and when it is restored from a backup, so a consumer that has seen revisions
//! which the backup does not hold finds out. The revision counts commits without gaps and is never a timestamp: two
//! commits in one instant would be one (the history of FHIR servers skips and repeats for that reason).

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::identifier::ParseIdentifierError;

/// The life of a register's log, from its making or restoring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Epoch(Uuid);

impl Epoch {
    /// The epoch with this identity. Callers make a new one from the random source they were handed.
    pub fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid)
    }

    /// The identity.
    pub fn as_uuid(&self) -> &Uuid {
        &self.0
    }
}

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How many commits a register's log holds: 0 for a new one, then one more for each commit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Revision(pub u64);

impl Revision {
    /// Before the first commit.
    pub const ZERO: Revision = Revision(0);

    /// The revision after this one.
    pub fn next(self) -> Revision {
        Revision(self.0 + 1)
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A revision of an epoch. On the wire it is one opaque cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Position {
    /// The life of the log.
    pub epoch: Epoch,
    /// The commit in it.
    pub revision: Revision,
}

/// The first byte of a cookie: its form, so that another form can follow one day.
const COOKIE_VERSION: u8 = 1;

impl Position {
    /// The position at `revision` of `epoch`.
    pub fn new(epoch: Epoch, revision: Revision) -> Self {
        Self { epoch, revision }
    }

    /// The opaque form that is handed out: form, epoch, revision (25 bytes).
    pub fn to_cookie(&self) -> Vec<u8> {
        let mut cookie = Vec::with_capacity(25);
        cookie.push(COOKIE_VERSION);
        cookie.extend_from_slice(self.epoch.0.as_bytes());
        cookie.extend_from_slice(&self.revision.0.to_be_bytes());
        cookie
    }

    /// Takes a cookie back in.
    pub fn from_cookie(cookie: &[u8]) -> Result<Self, ParseIdentifierError> {
        let problem = |problem| ParseIdentifierError {
            what: "position",
            problem,
        };
        let [form, rest @ ..] = cookie else {
            return Err(problem("it is empty"));
        };
        if *form != COOKIE_VERSION {
            return Err(problem("its form is unknown to this version"));
        }
        let (epoch, revision) = rest.split_at_checked(16).ok_or(problem("it is too short"))?;
        let epoch = Uuid::from_slice(epoch).map_err(|_| problem("it is too short"))?;
        let revision: [u8; 8] = revision.try_into().map_err(|_| problem("it has the wrong length"))?;
        Ok(Self {
            epoch: Epoch(epoch),
            revision: Revision(u64::from_be_bytes(revision)),
        })
    }

    /// What stands between this position, of a consumer, and the register's own.
    pub fn compare_with(self, current: Position, compacted: Revision) -> Standing {
        if self.epoch != current.epoch {
            Standing::OtherEpoch
        } else if self.revision > current.revision {
            Standing::Future
        } else if self.revision < compacted {
            Standing::Compacted
        } else {
            Standing::Known
        }
    }
}

/// What a register can do for a consumer that stands at some position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Everything after it is still in the log.
    Known,
    /// The register was made anew or restored since: reload.
    OtherEpoch,
    /// The register has not come so far.
    Future,
    /// Part of what came after it has been compacted away: reload, never jump to the compaction point.
    Compacted,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_comes_back_as_it_was() {
        let position = Position::new(Epoch::from_uuid(Uuid::from_u128(7)), Revision(42));
        assert_eq!(Position::from_cookie(&position.to_cookie()), Ok(position));
    }

    #[test]
    fn a_damaged_cookie_is_refused() {
        let mut cookie = Position::new(Epoch::from_uuid(Uuid::from_u128(7)), Revision(42)).to_cookie();
        cookie.pop();
        assert!(Position::from_cookie(&cookie).is_err());
        assert!(Position::from_cookie(&[]).is_err());
        assert!(Position::from_cookie(&[9; 25]).is_err());
    }
}
