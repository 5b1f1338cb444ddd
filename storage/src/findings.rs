//! The report of a verification.

/// What [`crate::Storage::verify`] checked and found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// Number of commits read.
    pub commits: u64,
    /// Number of entries read.
    pub entries: u64,
    /// Number of personal digests compared with the data they stand for.
    pub digests: u64,
    /// The problems found, in words and without personal data. Empty if there are none.
    pub problems: Vec<String>,
}
