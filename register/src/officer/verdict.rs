//! Remembers whether a stored text would pass the rules of today.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::OnceLock;

/// Whether a text passes, found on first use: a start reads a hundred thousand addresses and shows few of them.
///
/// It follows from the text, so it takes no part in comparisons.
#[derive(Clone, Default)]
pub(super) struct Verdict(OnceLock<bool>);

impl Verdict {
    /// Returns the verdict, which `judge` finds if it is not known yet.
    pub(super) fn of(&self, judge: impl FnOnce() -> bool) -> bool {
        *self.0.get_or_init(judge)
    }
}

impl PartialEq for Verdict {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Verdict {}

impl PartialOrd for Verdict {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Verdict {
    fn cmp(&self, _: &Self) -> Ordering {
        Ordering::Equal
    }
}

impl Hash for Verdict {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

impl fmt::Debug for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0.get())
    }
}
