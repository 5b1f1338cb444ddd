//! Why a commit cannot be applied to a view.

use crate::position::{Position, Revision};

/// Why a commit was not applied. The view is unchanged and must be reloaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApplyError {
    /// Commits between the view and this one are missing.
    #[error("the view is at revision {at} and cannot apply revision {found}")]
    Gap {
        /// The position of the view.
        at: Revision,
        /// The position of the commit.
        found: Revision,
    },
    /// The register was created or restored since the view was loaded.
    #[error("the view is of epoch {}, the commit of epoch {}", at.epoch, found.epoch)]
    OtherEpoch {
        /// The position of the view.
        at: Position,
        /// The position of the commit.
        found: Position,
    },
}
