//! Stores the log: commits and their changes, without personal data.

use jiff::Timestamp;
use register::change::{Actor, Change, Commit};
use register::grant::GrantBasis;
use register::identifier::{OrganisationId, RequestId};
use register::oin::Oin;
use register::position::{Position, Revision};
use rusqlite::{Connection, Row};

use super::officer;
use super::row::{Columns, all};
use super::value::{revision_number, row_limit, time_text, to_json};
use crate::error::StorageError;

/// Commits after `after`, in order. Officers have their personal part if it is still the one that the commit wrote.
#[tracing::instrument(level = "debug", name = "storage.log.list", skip_all)]
pub(super) fn list(connection: &Connection, after: Revision, limit: usize) -> Result<Vec<Commit>, StorageError> {
    let mut commits = all(
        connection,
        "SELECT revision, time, oin, organisation, on_behalf_of, basis, request_id, changes FROM log
         WHERE revision > ?1 ORDER BY revision LIMIT ?2",
        (revision_number(after), row_limit(limit)),
        |row| read(connection, row),
    )?;
    for change in commits.iter_mut().flat_map(|commit| &mut commit.changes) {
        join_personal(connection, change)?;
    }
    Ok(commits)
}

/// Inserts a commit, to be followed by `changes` changes.
#[tracing::instrument(level = "debug", name = "storage.log.put", skip_all)]
pub(super) fn put(
    connection: &Connection,
    position: Position,
    time: Timestamp,
    actor: &Actor,
    changes: usize,
) -> Result<(), StorageError> {
    connection
        .prepare_cached(
            "INSERT INTO log (revision, epoch, time, oin, organisation, on_behalf_of, basis, request_id, changes)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute((
            revision_number(position.revision),
            position.epoch.to_string(),
            time_text(time),
            actor.oin.as_ref().map(Oin::as_str),
            actor.organisation.as_ref().map(OrganisationId::as_str),
            actor.on_behalf_of,
            actor.basis.map(GrantBasis::as_str),
            actor.request_id.as_ref().map(RequestId::as_str),
            row_limit(changes),
        ))?;
    Ok(())
}

/// Inserts a change of a commit. It must not contain a personal part.
pub(super) fn put_change(
    connection: &Connection,
    revision: Revision,
    ordinal: usize,
    change: &Change,
) -> Result<(), StorageError> {
    connection
        .prepare_cached("INSERT INTO change (revision, ordinal, content) VALUES (?1, ?2, ?3)")?
        .execute((revision_number(revision), row_limit(ordinal), to_json(change)))?;
    Ok(())
}

/// Deletes commits made before `before`, up to the first later one and never the latest. Returns the last deleted revision.
#[tracing::instrument(level = "debug", name = "storage.log.compact", skip_all)]
pub(super) fn compact(connection: &Connection, before: Timestamp) -> Result<Option<Revision>, StorageError> {
    let mut statement = connection.prepare_cached(
        "SELECT max(revision) AS last FROM log
         WHERE revision < (SELECT max(revision) FROM log)
           AND revision < coalesce((SELECT min(revision) FROM log WHERE time >= ?1), 9223372036854775807)",
    )?;
    let last: Option<i64> = statement.query_row([time_text(before)], |row| row.get("last"))?;
    let Some(last) = last.and_then(|last| u64::try_from(last).ok()).map(Revision) else {
        return Ok(None);
    };
    connection
        .prepare_cached("DELETE FROM log WHERE revision <= ?1")?
        .execute([revision_number(last)])?;
    Ok(Some(last))
}

/// Reads every commit as stored and passes each result to `visit`, including errors for damaged ones.
pub(super) fn scan(connection: &Connection, mut visit: impl FnMut(Result<Commit, StorageError>)) -> Result<(), StorageError> {
    let mut statement = connection.prepare(
        "SELECT revision, time, oin, organisation, on_behalf_of, basis, request_id, changes FROM log ORDER BY revision",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        visit(read(connection, row));
    }
    Ok(())
}

fn read(connection: &Connection, row: &Row<'_>) -> Result<Commit, StorageError> {
    let columns = Columns::new(row, "log", 1);
    let revision = columns.revision("revision")?;
    let changes = changes(connection, revision)?;
    if columns.get::<i64>("changes")? != row_limit(changes.len()) {
        return Err(columns.corrupt("changes"));
    }
    Ok(Commit {
        revision,
        time: columns.time("time")?,
        actor: Actor {
            oin: columns.optional("oin", Oin::parse)?,
            organisation: columns.optional("organisation", OrganisationId::parse)?,
            on_behalf_of: columns.get("on_behalf_of")?,
            basis: columns.optional("basis", |word| GrantBasis::parse(word).ok_or(()))?,
            request_id: columns.optional("request_id", RequestId::parse)?,
        },
        changes,
    })
}

/// The changes of a commit as stored, in order.
fn changes(connection: &Connection, revision: Revision) -> Result<Vec<Change>, StorageError> {
    all(
        connection,
        "SELECT revision, ordinal, content FROM change WHERE revision = ?1 ORDER BY ordinal",
        [revision_number(revision)],
        |row| Columns::new(row, "change", 2).json("content"),
    )
}

fn join_personal(connection: &Connection, change: &mut Change) -> Result<(), StorageError> {
    if let Change::OfficerPut { officer, personal } = change
        && let Some(part) = officer::personal_part(connection, &officer.officer_name(), personal)?
    {
        officer.put_personal(part);
    }
    Ok(())
}
