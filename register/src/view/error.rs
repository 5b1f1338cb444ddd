//! Why a commit cannot be applied to a view.

use crate::position::{Position, Revision};

/// Why a view could not follow. Nothing of the commit was applied; the view must be loaded anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApplyError {
    /// Commits between the view's own and this one are missing.
    #[error("the view is at revision {at} and cannot apply revision {found}")]
    Gap {
        /// Where the view stands.
        at: Revision,
        /// What it was handed.
        found: Revision,
    },
    /// The register was made anew or restored since the view was loaded.
    #[error("the view is of epoch {}, the commit of epoch {}", at.epoch, found.epoch)]
    OtherEpoch {
        /// Where the view stands.
        at: Position,
        /// What it was handed.
        found: Position,
    },
}
