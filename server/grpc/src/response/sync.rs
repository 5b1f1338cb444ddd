//! Converts reports of writes, and the parts of a watch.

use directory::{ChangeKind, EntryViolation, OrganisationsPut, PlannedChange, SyncReport, WatchedChange};
use proto::v1;
use proto::v1::watch_changes_response::Message;
use register::position::Position;

use super::number::{to_i32, to_u32};

pub(crate) fn report(report: SyncReport) -> v1::SyncReport {
    v1::SyncReport {
        applied: report.applied,
        replayed: report.replayed,
        created: to_u32(report.created),
        updated: to_u32(report.updated),
        unchanged: to_u32(report.unchanged),
        withdrawn: to_u32(report.withdrawn),
        changes: report.changes.into_iter().map(planned).collect(),
        violations: report.violations.into_iter().map(entry_violation).collect(),
        violations_total: to_u32(report.violations_total),
        confirm_withdrawals: to_u32(report.confirm_withdrawals.unwrap_or(0)),
        position: Some(report.position.into()),
    }
}

fn planned(change: PlannedChange) -> v1::PlannedChange {
    let kind = match change.kind {
        ChangeKind::Created => v1::ChangeKind::Created,
        ChangeKind::Updated => v1::ChangeKind::Updated,
        ChangeKind::Withdrawn => v1::ChangeKind::Withdrawn,
    };
    v1::PlannedChange {
        officer: change.officer.to_string(),
        kind: kind.into(),
        etag: change.etag.map(|etag| etag.as_str().to_owned()).unwrap_or_default(),
    }
}

/// Converts the index in a list; -1 means the list as a whole.
fn index(index: Option<usize>) -> i32 {
    index.map_or(-1, to_i32)
}

fn entry_violation(found: EntryViolation) -> v1::EntryViolation {
    v1::EntryViolation {
        index: index(found.index),
        id: found.id,
        violation: Some((&found.violation).into()),
    }
}

pub(crate) fn organisations_put(put: OrganisationsPut) -> v1::PutOrganisationsResponse {
    let violations = put.violations.into_iter().map(|found| v1::OrganisationViolation {
        index: index(found.index),
        id: found.id,
        violation: Some((&found.violation).into()),
    });
    v1::PutOrganisationsResponse {
        applied: put.applied,
        created: to_u32(put.created),
        updated: to_u32(put.updated),
        unchanged: to_u32(put.unchanged),
        violations: violations.collect(),
        violations_total: to_u32(put.violations_total),
        position: Some(put.position.into()),
    }
}

pub(super) fn snapshot_begin(position: Position) -> Message {
    Message::SnapshotBegin(v1::SnapshotBegin {
        position: Some(position.into()),
    })
}

pub(super) fn snapshot_end(position: Position, organisations: usize, entries: usize) -> Message {
    Message::SnapshotEnd(v1::SnapshotEnd {
        position: Some(position.into()),
        organisations: to_u32(organisations),
        entries: to_u32(entries),
    })
}

pub(super) fn progress(position: Position) -> Message {
    Message::Progress(v1::Progress {
        position: Some(position.into()),
    })
}

pub(super) fn change(change: WatchedChange) -> v1::Change {
    match change {
        WatchedChange::Organisation(organisation) => v1::Change::from(organisation.as_ref()),
        WatchedChange::Entry(entry) => v1::Change::from(entry.as_ref()),
        WatchedChange::Withdrawal { officer, replaced_by } => v1::Change::withdrawal(&officer, replaced_by.as_ref()),
    }
}
