//! Stores organisations.

use register::identifier::OrganisationId;
use register::organisation::Organisation;
use rusqlite::{Connection, Row};

use super::row::{Columns, all, first};
use super::value::{row_limit, to_json};
use crate::error::StorageError;

/// One organisation.
#[tracing::instrument(level = "debug", name = "storage.organisation.get", skip_all)]
pub(super) fn get(connection: &Connection, id: &OrganisationId) -> Result<Option<Organisation>, StorageError> {
    first(
        connection,
        "SELECT id, content FROM organisation WHERE id = ?1",
        [id.as_str()],
        read,
    )
}

/// Whether an organisation with this id exists.
pub(super) fn is_known(connection: &Connection, id: &OrganisationId) -> Result<bool, StorageError> {
    let mut statement = connection.prepare_cached("SELECT 1 FROM organisation WHERE id = ?1")?;
    Ok(statement.exists([id.as_str()])?)
}

/// Organisations in order of id, starting after `after`.
#[tracing::instrument(level = "debug", name = "storage.organisation.list", skip_all)]
pub(super) fn list(
    connection: &Connection,
    after: Option<&OrganisationId>,
    limit: usize,
) -> Result<Vec<Organisation>, StorageError> {
    let after = after.map_or("", OrganisationId::as_str);
    all(
        connection,
        "SELECT id, content FROM organisation WHERE id > ?1 ORDER BY id LIMIT ?2",
        (after, row_limit(limit)),
        read,
    )
}

/// The ids of all organisations.
pub(super) fn ids(connection: &Connection) -> Result<Vec<OrganisationId>, StorageError> {
    all(connection, "SELECT id FROM organisation", [], |row| {
        Columns::new(row, "organisation", 1).parse("id", OrganisationId::parse)
    })
}

/// Inserts or replaces an organisation.
#[tracing::instrument(level = "debug", name = "storage.organisation.put", skip_all)]
pub(super) fn put(connection: &Connection, organisation: &Organisation) -> Result<(), StorageError> {
    connection
        .prepare_cached(
            "INSERT INTO organisation (id, content) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET content = excluded.content",
        )?
        .execute((organisation.id.as_str(), to_json(organisation)))?;
    Ok(())
}

pub(super) fn read(row: &Row<'_>) -> Result<Organisation, StorageError> {
    let columns = Columns::new(row, "organisation", 1);
    let organisation: Organisation = columns.json("content")?;
    let id = columns.parse("id", OrganisationId::parse)?;
    if organisation.id == id {
        Ok(organisation)
    } else {
        Err(columns.corrupt("content"))
    }
}
