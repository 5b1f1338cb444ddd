//! A position in a register's history: an epoch and a revision.
//!
//! A register gets a new epoch when it is created and when it is restored from a backup. A consumer that has seen revisions
//! which the backup lacks can therefore tell. Revisions count commits without gaps. They are not timestamps: two commits in
//! the same instant would share one (the history of FHIR servers skips and repeats for that reason).

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::identifier::ParseIdentifierError;

/// Identifies the period since a register was created or restored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Epoch(Uuid);

impl Epoch {
    /// The epoch with this UUID. Callers draw a new one from their random source.
    pub fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid)
    }

    /// The epoch as a UUID.
    pub fn as_uuid(&self) -> &Uuid {
        &self.0
    }
}

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The number of commits in a register's history: 0 for a new register.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Revision(pub u64);

impl Revision {
    /// The revision before the first commit.
    pub const ZERO: Revision = Revision(0);

    /// The next revision.
    pub fn next(self) -> Revision {
        Revision(self.0 + 1)
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A revision of an epoch. On the wire, an opaque cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Position {
    /// The epoch.
    pub epoch: Epoch,
    /// The revision in that epoch.
    pub revision: Revision,
}

/// The first byte of a cookie: the version of its format.
const COOKIE_VERSION: u8 = 1;

impl Position {
    /// The position at `revision` of `epoch`.
    pub fn new(epoch: Epoch, revision: Revision) -> Self {
        Self { epoch, revision }
    }

    /// Encodes the position as 25 bytes: version, epoch, revision.
    pub fn to_cookie(&self) -> Vec<u8> {
        let mut cookie = Vec::with_capacity(25);
        cookie.push(COOKIE_VERSION);
        cookie.extend_from_slice(self.epoch.0.as_bytes());
        cookie.extend_from_slice(&self.revision.0.to_be_bytes());
        cookie
    }

    /// Decodes a cookie.
    pub fn from_cookie(cookie: &[u8]) -> Result<Self, ParseIdentifierError> {
        let problem = |problem| ParseIdentifierError {
            what: "position",
            problem,
        };
        let [version, rest @ ..] = cookie else {
            return Err(problem("it is empty"));
        };
        if *version != COOKIE_VERSION {
            return Err(problem("this version does not know its format"));
        }
        let (epoch, revision) = rest.split_at_checked(16).ok_or(problem("it is too short"))?;
        let epoch = Uuid::from_slice(epoch).map_err(|_| problem("it is too short"))?;
        let revision: [u8; 8] = revision.try_into().map_err(|_| problem("it has the wrong length"))?;
        Ok(Self {
            epoch: Epoch(epoch),
            revision: Revision(u64::from_be_bytes(revision)),
        })
    }

    /// Tells what the register can do for a consumer at this position. `current` is the register's position and `compacted` the
    /// last revision that it has compacted.
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

/// How a consumer's position relates to the register's history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The log still has everything after it.
    Known,
    /// The register was created or restored since: reload.
    OtherEpoch,
    /// The register has not reached it yet.
    Future,
    /// Commits after it have been compacted: reload. Jumping to the compaction point would lose changes.
    Compacted,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_round_trips() {
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
