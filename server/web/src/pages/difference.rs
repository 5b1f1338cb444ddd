//! What two versions of something differ in: two people may edit the same, and neither's work may be lost unseen.

/// One field that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    /// What the field is called.
    pub(super) label: &'static str,
    /// As the register holds it now.
    pub(super) theirs: String,
    /// As it was typed.
    pub(super) yours: String,
}

/// The fields of a version, each with what it is called, in order of the form.
pub(super) type Told = Vec<(&'static str, String)>;

/// The fields in which two versions differ.
pub(super) fn differences(theirs: Told, yours: Told) -> Vec<Difference> {
    let pairs = theirs.into_iter().zip(yours);
    pairs
        .filter(|((_, theirs), (_, yours))| theirs != yours)
        .map(|((label, theirs), (_, yours))| Difference { label, theirs, yours })
        .collect()
}
