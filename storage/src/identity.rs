//! Which register a storage holds, and its position.

use jiff::Timestamp;
use register::identifier::RegisterId;
use register::position::{Position, Revision};

/// A register and its position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The register's id.
    pub register: RegisterId,
    /// Epoch and revision.
    pub position: Position,
    /// The log rows up to and including this revision have been compacted.
    pub compacted: Revision,
    /// When the register was created or restored: the beginning of the epoch.
    pub since: Timestamp,
    /// 32 random bytes that never leave the register: the key for page tokens and other sealed values.
    pub secret: Secret,
}

/// Key material. Debug output hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub [u8; 32]);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(***)")
    }
}
