//! Stores open reports.

use jiff::Timestamp;
use register::identifier::OfficerName;
use register::personal::{PersonalDigest, Salt};
use register::position::Revision;
use register::report::{OpenReport, ReportReason, Reports, SealedAsker};
use rusqlite::Connection;
use serde::Deserialize;

use super::error::is_duplicate_key;
use super::row::Columns;
use super::value::{revision_number, time_text};
use crate::error::StorageError;

/// Inserts a report. Its number is unique within an entry.
#[tracing::instrument(level = "debug", name = "storage.report.put", skip_all)]
pub(super) fn put(connection: &Connection, officer: &OfficerName, report: &OpenReport) -> Result<(), StorageError> {
    let outcome = connection
        .prepare_cached(
            "INSERT INTO report (organisation, officer, number, reason, reported_at, asker_salt, asker_digest)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute((
            officer.organisation.as_str(),
            officer.officer.as_str(),
            revision_number(report.number),
            report.reason.as_str(),
            time_text(report.reported_at),
            report.asker.salt.to_hex(),
            report.asker.digest.as_str(),
        ));
    match outcome {
        Ok(_) => Ok(()),
        Err(error) if is_duplicate_key(&error) => Err(StorageError::Conflict {
            expected: "one report of an officer in a commit".to_owned(),
            actual: "two".to_owned(),
        }),
        Err(error) => Err(error.into()),
    }
}

/// Records in a replica that an entry is doubted, as its register says. The entry then has one row without details.
#[tracing::instrument(level = "debug", name = "storage.report.put_told", skip_all)]
pub(super) fn put_doubt(connection: &Connection, officer: &OfficerName) -> Result<(), StorageError> {
    connection
        .prepare_cached("INSERT INTO report (organisation, officer) VALUES (?1, ?2)")?
        .execute((officer.organisation.as_str(), officer.officer.as_str()))?;
    Ok(())
}

/// Deletes one report.
#[tracing::instrument(level = "debug", name = "storage.report.settle", skip_all)]
pub(super) fn settle(connection: &Connection, officer: &OfficerName, number: Revision) -> Result<(), StorageError> {
    connection
        .prepare_cached("DELETE FROM report WHERE organisation = ?1 AND officer = ?2 AND number = ?3")?
        .execute((
            officer.organisation.as_str(),
            officer.officer.as_str(),
            revision_number(number),
        ))?;
    Ok(())
}

/// Deletes all reports of an entry.
#[tracing::instrument(level = "debug", name = "storage.report.settle_all", skip_all)]
pub(super) fn settle_all(connection: &Connection, officer: &OfficerName) -> Result<(), StorageError> {
    connection
        .prepare_cached("DELETE FROM report WHERE organisation = ?1 AND officer = ?2")?
        .execute((officer.organisation.as_str(), officer.officer.as_str()))?;
    Ok(())
}

/// A report as the query for entries aggregates it.
#[derive(Deserialize)]
struct ReportRow {
    number: Option<u64>,
    reason: Option<ReportReason>,
    reported_at: Option<Timestamp>,
    salt: Option<String>,
    digest: Option<PersonalDigest>,
}

impl ReportRow {
    /// Whether the row only says that the entry is doubted, as in a replica.
    fn is_doubt_only(&self) -> bool {
        self.number.is_none()
    }

    fn open(self) -> Option<OpenReport> {
        Some(OpenReport {
            number: Revision(self.number?),
            reason: self.reason?,
            reported_at: self.reported_at?,
            asker: SealedAsker {
                salt: Salt::from_hex(&self.salt?)?,
                digest: self.digest?,
            },
        })
    }
}

/// The reports of an entry, from the column `reports` of its row.
pub(super) fn read(columns: &Columns<'_, '_>) -> Result<Reports, StorageError> {
    let rows: Vec<ReportRow> = columns.json("reports")?;
    if rows.iter().any(ReportRow::is_doubt_only) {
        return Ok(Reports::doubted_elsewhere(true));
    }
    let open: Option<Vec<OpenReport>> = rows.into_iter().map(ReportRow::open).collect();
    open.map(Reports::new).ok_or_else(|| columns.corrupt("reports"))
}
