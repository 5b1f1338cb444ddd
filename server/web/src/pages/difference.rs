//! The differences between two versions, shown when two people edit the same thing, so that neither overwrites the other unseen.

/// A field that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    /// The label of the field.
    pub(super) label: &'static str,
    /// The value in the register.
    pub(super) theirs: String,
    /// The value as typed.
    pub(super) yours: String,
}

/// The fields of a version as text: label and value, in the order of the form.
pub(super) type FieldTexts = Vec<(&'static str, String)>;

/// Returns the fields in which two versions differ.
pub(super) fn differences(theirs: FieldTexts, yours: FieldTexts) -> Vec<Difference> {
    let pairs = theirs.into_iter().zip(yours);
    pairs
        .filter(|((_, theirs), (_, yours))| theirs != yours)
        .map(|((label, theirs), (_, yours))| Difference { label, theirs, yours })
        .collect()
}
