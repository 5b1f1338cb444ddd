//! The report of a verification.

use register::position::Position;

/// What [`crate::Storage::verify`] checked and found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// Number of commits read.
    pub commits: u64,
    /// Number of entries read.
    pub entries: u64,
    /// Number of personal digests compared with the data they stand for.
    pub digests: u64,
    /// How the whole file compares with the digest that was written when it was last closed.
    pub whole_file: WholeFile,
    /// The problems found, in words and without personal data. Empty if there are none.
    pub problems: Vec<String>,
}

/// How a file compares with the digest beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WholeFile {
    /// There is no digest: the file is in use, or was not closed.
    #[default]
    NoDigest,
    /// Every bit is as it was.
    Same,
    /// The file has changed.
    Different,
}

/// A restored register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// Its position, in a new epoch.
    pub position: Position,
    /// What was verified. There are no problems: a damaged backup is not restored.
    pub findings: Findings,
}
