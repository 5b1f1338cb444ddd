//! Stores tombstones.

use jiff::Timestamp;
use register::identifier::{OfficerId, OfficerName, OrganisationId};
use rusqlite::{Connection, Row};

use super::row::{Columns, all};
use super::value::{revision_number, row_limit, time_text};
use crate::error::StorageError;
use crate::tombstone::Tombstone;

/// The tombstones of one officer or of all, newest last.
#[tracing::instrument(level = "debug", name = "storage.tombstone.list", skip_all)]
pub(super) fn list(connection: &Connection, name: Option<&OfficerName>) -> Result<Vec<Tombstone>, StorageError> {
    match name {
        Some(name) => all(
            connection,
            "SELECT revision, ordinal, organisation, officer, time, replaced_by FROM tombstone
                 WHERE organisation = ?1 AND officer = ?2 ORDER BY revision, ordinal",
            (name.organisation.as_str(), name.officer.as_str()),
            read,
        ),
        None => all(
            connection,
            "SELECT revision, ordinal, organisation, officer, time, replaced_by FROM tombstone ORDER BY revision, ordinal",
            [],
            read,
        ),
    }
}

/// The number of officers of an organisation with a tombstone from `since` or later and without an entry.
#[tracing::instrument(level = "debug", name = "storage.tombstone.count", skip_all)]
pub(super) fn count_since(
    connection: &Connection,
    organisation: &OrganisationId,
    since: Timestamp,
) -> Result<usize, StorageError> {
    let count: i64 = connection
        .prepare_cached(
            "SELECT COUNT(DISTINCT gone.officer) FROM tombstone AS gone
                 WHERE gone.organisation = ?1 AND gone.time >= ?2 AND NOT EXISTS
                     (SELECT 1 FROM officer WHERE officer.organisation = gone.organisation AND officer.id = gone.officer)",
        )?
        .query_row((organisation.as_str(), time_text(since)), |row| row.get(0))?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

/// Inserts the tombstone of the change at `ordinal` of its commit.
#[tracing::instrument(level = "debug", name = "storage.tombstone.put", skip_all)]
pub(super) fn put(connection: &Connection, tombstone: &Tombstone, ordinal: usize) -> Result<(), StorageError> {
    connection
        .prepare_cached(
            "INSERT INTO tombstone (revision, ordinal, organisation, officer, time, replaced_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute((
            revision_number(tombstone.revision),
            row_limit(ordinal),
            tombstone.name.organisation.as_str(),
            tombstone.name.officer.as_str(),
            time_text(tombstone.time),
            tombstone.replaced_by.as_ref().map(OfficerName::to_string),
        ))?;
    Ok(())
}

/// Deletes tombstones from before `before`.
#[tracing::instrument(level = "debug", name = "storage.tombstone.compact", skip_all)]
pub(super) fn compact(connection: &Connection, before: Timestamp) -> Result<(), StorageError> {
    connection
        .prepare_cached("DELETE FROM tombstone WHERE time < ?1")?
        .execute([time_text(before)])?;
    Ok(())
}

pub(super) fn read(row: &Row<'_>) -> Result<Tombstone, StorageError> {
    let columns = Columns::new(row, "tombstone", 2);
    Ok(Tombstone {
        name: OfficerName::new(
            columns.parse("organisation", OrganisationId::parse)?,
            columns.parse("officer", OfficerId::parse)?,
        ),
        revision: columns.revision("revision")?,
        time: columns.time("time")?,
        replaced_by: columns.optional("replaced_by", OfficerName::parse)?,
    })
}
