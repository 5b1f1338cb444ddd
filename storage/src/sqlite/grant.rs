//! Stores grants.

use register::grant::{Grant, GrantBasis};
use register::identifier::OrganisationId;
use register::oin::Oin;
use rusqlite::{Connection, Row};

use super::row::{Columns, all};
use super::value::to_json;
use crate::error::StorageError;

/// All grants, in order of OIN and organisation.
#[tracing::instrument(level = "debug", name = "storage.grant.list", skip_all)]
pub(super) fn list(connection: &Connection) -> Result<Vec<Grant>, StorageError> {
    all(
        connection,
        r#"SELECT oin, organisation, roles, from_day, until_day, basis FROM "grant" ORDER BY oin, organisation"#,
        [],
        read,
    )
}

/// Inserts a grant, or replaces the one with the same OIN and organisation.
#[tracing::instrument(level = "debug", name = "storage.grant.put", skip_all)]
pub(super) fn put(connection: &Connection, grant: &Grant) -> Result<(), StorageError> {
    connection
        .prepare_cached(
            r#"INSERT INTO "grant" (oin, organisation, roles, from_day, until_day, basis) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
               ON CONFLICT (oin, organisation) DO UPDATE
               SET roles = excluded.roles, from_day = excluded.from_day, until_day = excluded.until_day, basis = excluded.basis"#,
        )?
        .execute((
            grant.oin.as_str(),
            grant.organisation.as_str(),
            to_json(&grant.roles),
            grant.from.map(|day| day.to_string()),
            grant.until.map(|day| day.to_string()),
            grant.basis.as_str(),
        ))?;
    Ok(())
}

/// Deletes a grant. Returns whether it existed.
#[tracing::instrument(level = "debug", name = "storage.grant.revoke", skip_all)]
pub(super) fn revoke(connection: &Connection, oin: &Oin, organisation: &OrganisationId) -> Result<bool, StorageError> {
    let revoked = connection
        .prepare_cached(r#"DELETE FROM "grant" WHERE oin = ?1 AND organisation = ?2"#)?
        .execute((oin.as_str(), organisation.as_str()))?;
    Ok(revoked > 0)
}

pub(super) fn read(row: &Row<'_>) -> Result<Grant, StorageError> {
    let columns = Columns::new(row, "grant", 2);
    Ok(Grant {
        oin: columns.parse("oin", Oin::parse)?,
        organisation: columns.parse("organisation", OrganisationId::parse)?,
        roles: columns.json("roles")?,
        from: columns.optional("from_day", str::parse)?,
        until: columns.optional("until_day", str::parse)?,
        basis: columns.parse("basis", |word| GrantBasis::parse(word).ok_or(()))?,
    })
}
