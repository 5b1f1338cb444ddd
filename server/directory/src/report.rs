//! The report on a write of officers. It is stored under the request id and contains no personal data.

use register::diff::MassWithdrawal;
use register::entry::Etag;
use register::identifier::OfficerName;
use register::position::Position;
use register::validate::{SetViolations, limits::REPORTED_VIOLATIONS};
use register::violation::Violation;
use serde::{Deserialize, Serialize};
use server_core::error::{Error, Reason};

use super::write::WriteResponse;

/// The outcome of a snapshot or a delta.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncReport {
    /// Whether the write was applied. It is not when there are violations, or when it was only validated.
    pub applied: bool,
    /// Whether this is the stored report of an earlier, identical request.
    #[serde(skip)]
    pub replayed: bool,
    /// The number of entries that were, or would be, new.
    pub created: usize,
    /// The number of entries that were, or would be, changed.
    pub updated: usize,
    /// The number of entries that stay the same.
    pub unchanged: usize,
    /// The number of entries that were, or would be, withdrawn.
    pub withdrawn: usize,
    /// The changes that were, or would be, made: the first [`super::limits::REPORTED_CHANGES`].
    pub changes: Vec<PlannedChange>,
    /// The first 1,000 violations.
    pub violations: Vec<EntryViolation>,
    /// The number of all violations.
    pub violations_total: usize,
    /// After validation only: the number of withdrawals that the caller must confirm before the write is applied.
    #[serde(skip)]
    pub confirm_withdrawals: Option<usize>,
    /// The position after the write, or the position that it was compared with.
    pub position: Position,
}

/// A change that was, or would be, made to an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedChange {
    /// The officer.
    pub officer: OfficerName,
    /// The kind of change.
    pub kind: ChangeKind,
    /// The new etag; `None` for a withdrawal.
    pub etag: Option<Etag>,
}

/// The kind of a change to an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChangeKind {
    /// The entry is new.
    Created,
    /// The content of the entry changes.
    Updated,
    /// The entry ends.
    Withdrawn,
}

/// A violation in one entry of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryViolation {
    /// The index of the entry in the list, from 0; `None` for a violation of the set as a whole.
    pub index: Option<usize>,
    /// The id of the entry as sent, shortened to 64 characters.
    pub id: String,
    /// The violation.
    pub violation: Violation,
}

impl SyncReport {
    /// Returns an empty report at `position`.
    pub(super) fn unapplied(position: Position) -> Self {
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

    /// Applies the guard against mass withdrawal. It fails a write; with `validate_only`, the report states the number to
    /// confirm.
    pub(super) fn apply_guard(&mut self, guard: Result<(), MassWithdrawal>, validate_only: bool) -> Result<(), Error> {
        match guard {
            Ok(()) => Ok(()),
            Err(refused) if validate_only => {
                self.confirm_withdrawals = Some(refused.would_withdraw);
                Ok(())
            }
            Err(refused) => {
                let message = format!("{refused}; to withdraw them, confirm that number");
                Err(Error::new(Reason::MassWithdrawal, message)
                    .with("would_withdraw", refused.would_withdraw)
                    .with("held", refused.held)
                    .with("withdrawn_before", refused.withdrawn_before)
                    .with("allowed", refused.allowed))
            }
        }
    }

    /// Counts a change, and lists it unless the list is full.
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

    /// Adds the violations of a set of officers, up to [`REPORTED_VIOLATIONS`]. `sent_id` returns the id that the caller
    /// sent at an index.
    pub(super) fn add_violations<'a>(&mut self, violations: SetViolations, sent_id: impl Fn(usize) -> Option<&'a str>) {
        self.violations_total += violations.total;
        let room = REPORTED_VIOLATIONS.saturating_sub(self.violations.len());
        for found in violations.found.into_iter().take(room) {
            let sent = found.index.and_then(&sent_id);
            let id = sent.or(found.id.as_ref().map(|id| id.as_str())).unwrap_or_default();
            self.violations.push(EntryViolation {
                index: found.index,
                id: id.chars().take(64).collect(),
                violation: found.violation,
            });
        }
    }
}

impl WriteResponse for SyncReport {
    fn set_position(&mut self, position: Position) {
        self.position = position;
    }

    fn mark_replayed(&mut self) {
        self.replayed = true;
    }

    fn is_stored(&self) -> bool {
        self.applied
    }
}
