//! Tombstones: records of withdrawn officers.

use jiff::Timestamp;
use register::identifier::OfficerName;
use register::position::Revision;

/// Records that an officer was withdrawn. Kept for 30 days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tombstone {
    /// The officer.
    pub name: OfficerName,
    /// The commit that withdrew it.
    pub revision: Revision,
    /// When it was withdrawn.
    pub time: Timestamp,
    /// Its successor, if the withdrawal named one.
    pub replaced_by: Option<OfficerName>,
}
