//! The messages of a watch.

use std::sync::Arc;

use register::entry::Entry;
use register::identifier::OfficerName;
use register::organisation::Organisation;
use register::position::Position;

/// Maximum number of changes in one message: few enough to encode in a fraction of a millisecond.
pub(super) const MAX_CHANGES_PER_MESSAGE: usize = 100;

/// One message of a watch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WatchMessage {
    /// The state at this position follows.
    SnapshotBegin {
        /// The position of the state.
        position: Position,
    },
    /// The state is complete.
    SnapshotEnd {
        /// The position of the state; resume from here.
        position: Position,
        /// The number of organisations in the state.
        organisations: usize,
        /// The number of entries in the state.
        entries: usize,
    },
    /// Changes of one revision, or a part of the state.
    Changes {
        /// The position after the changes; `None` within a state.
        position: Option<Position>,
        /// The changes, in order.
        changes: Vec<WatchedChange>,
        /// Whether more changes of this revision or state follow.
        more: bool,
    },
    /// No more changes up to this position follow.
    Progress {
        /// The position to resume from.
        position: Position,
    },
}

/// A change as a watcher may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WatchedChange {
    /// An organisation is new or changed.
    Organisation(Arc<Organisation>),
    /// An entry is new or changed.
    Entry(Arc<Entry>),
    /// An entry was withdrawn.
    Withdrawal {
        /// The officer.
        officer: OfficerName,
        /// The successor.
        replaced_by: Option<OfficerName>,
    },
}
