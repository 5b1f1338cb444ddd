//! What came of a write of officers: the report, which is kept under the request id and holds no personal data.

use register::diff::MassWithdrawal;
use register::entry::Etag;
use register::identifier::OfficerName;
use register::position::Position;
use register::violation::Violation;
use serde::{Deserialize, Serialize};
use server_core::error::{Error, Reason};

use super::write::Answer;

/// What came of a snapshot or a delta.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncReport {
    /// Whether it was applied. Not with violations, and not when only validated.
    pub applied: bool,
    /// Whether this answer was given before, to the same request.
    #[serde(skip)]
    pub replayed: bool,
    /// Entries that were, or would be, new.
    pub created: usize,
    /// Entries that were, or would be, changed.
    pub updated: usize,
    /// Entries that are as they were.
    pub unchanged: usize,
    /// Entries that were, or would be, withdrawn.
    pub withdrawn: usize,
    /// What was, or would be, done with which entry; the first [`super::limits::REPORTED_CHANGES`].
    pub changes: Vec<PlannedChange>,
    /// Everything that is wrong; the first thousand.
    pub violations: Vec<EntryViolation>,
    /// How many violations there are in all.
    pub violations_total: usize,
    /// When only validated: the number of withdrawals that must be confirmed before it is applied.
    #[serde(skip)]
    pub confirm_withdrawals: Option<usize>,
    /// The position after it, or at which it was compared.
    pub position: Position,
}

/// What was, or would be, done with an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedChange {
    /// Which.
    pub officer: OfficerName,
    /// What.
    pub kind: ChangeKind,
    /// Its etag since; none when withdrawn.
    pub etag: Option<Etag>,
}

/// What is done with an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChangeKind {
    /// It is new.
    Created,
    /// Its content changes.
    Updated,
    /// It ends.
    Withdrawn,
}

/// What is wrong with an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryViolation {
    /// Its place in the list, from 0; none when it is about the set.
    pub index: Option<usize>,
    /// Its id as sent.
    pub id: String,
    /// What is wrong.
    pub violation: Violation,
}

impl SyncReport {
    /// A report that nothing was done, at `position`.
    pub(super) fn nothing(position: Position) -> Self {
        Self {
            applied: false,
            replayed: false,
            created: 0,
            updated: 0,
            unchanged: 0,
            withdrawn: 0,
            changes: Vec::new(),
            violations: Vec::new(),
            violations_total: 0,
            confirm_withdrawals: None,
            position,
        }
    }

    /// Heeds the guard against mass withdrawal: it refuses a write, and is told with a plan.
    pub(super) fn heed(&mut self, guard: Result<(), MassWithdrawal>, validate_only: bool) -> Result<(), Error> {
        match guard {
            Ok(()) => Ok(()),
            Err(refused) if validate_only => {
                self.confirm_withdrawals = Some(refused.would_withdraw);
                Ok(())
            }
            Err(refused) => {
                let message = format!("{refused}; if this is meant, confirm with that number");
                Err(Error::new(Reason::MassWithdrawal, message)
                    .with("would_withdraw", refused.would_withdraw)
                    .with("held", refused.held)
                    .with("allowed", refused.allowed))
            }
        }
    }

    /// Counts a change, and names it as long as there is room.
    pub(super) fn add(&mut self, kind: ChangeKind, officer: OfficerName, etag: impl FnOnce() -> Option<Etag>) {
        match kind {
            ChangeKind::Created => self.created += 1,
            ChangeKind::Updated => self.updated += 1,
            ChangeKind::Withdrawn => self.withdrawn += 1,
        }
        if self.changes.len() < super::limits::REPORTED_CHANGES {
            let etag = etag();
            self.changes.push(PlannedChange { officer, kind, etag });
        }
    }
}

impl Answer for SyncReport {
    fn settle(&mut self, position: Position) {
        self.position = position;
    }

    fn replay(&mut self) {
        self.replayed = true;
    }

    fn is_kept(&self) -> bool {
        self.applied
    }
}
