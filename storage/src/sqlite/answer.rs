//! Stores answers to requests, for repeated requests.

use jiff::Timestamp;
use register::identifier::OrganisationId;
use rusqlite::{Connection, Row};

use super::error::is_duplicate_key;
use super::row::{Columns, first};
use super::value::time_text;
use crate::error::StorageError;
use crate::idempotency::{RequestKey, StoredAnswer};

/// The stored answer to a request.
#[tracing::instrument(level = "debug", name = "storage.answer.get", skip_all)]
pub(super) fn get(connection: &Connection, key: &RequestKey) -> Result<Option<StoredAnswer>, StorageError> {
    first(
        connection,
        "SELECT oin, organisation, method, request_id, request_digest, answer, time FROM answer
         WHERE oin = ?1 AND organisation = ?2 AND method = ?3 AND request_id = ?4",
        key_values(key),
        read,
    )
}

/// Stores an answer. Refuses a second one for the same key.
#[tracing::instrument(level = "debug", name = "storage.answer.put", skip_all)]
pub(super) fn put(connection: &Connection, key: &RequestKey, answer: &StoredAnswer) -> Result<(), StorageError> {
    let (oin, organisation, method, request_id) = key_values(key);
    let outcome = connection
        .prepare_cached(
            "INSERT INTO answer (oin, organisation, method, request_id, request_digest, answer, time)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute((
            oin,
            organisation,
            method,
            request_id,
            answer.request_digest,
            &answer.answer,
            time_text(answer.time),
        ));
    match outcome {
        Ok(_) => Ok(()),
        Err(error) if is_duplicate_key(&error) => Err(StorageError::AlreadyExists {
            what: format!("an answer to request `{request_id}` of `{method}`"),
        }),
        Err(error) => Err(error.into()),
    }
}

/// Deletes answers given before `before`.
#[tracing::instrument(level = "debug", name = "storage.answer.compact", skip_all)]
pub(super) fn compact(connection: &Connection, before: Timestamp) -> Result<(), StorageError> {
    connection
        .prepare_cached("DELETE FROM answer WHERE time < ?1")?
        .execute([time_text(before)])?;
    Ok(())
}

fn key_values(key: &RequestKey) -> (&str, &str, &str, &str) {
    let organisation = key.organisation.as_ref().map_or("", OrganisationId::as_str);
    (key.oin.as_str(), organisation, key.method, key.request_id.as_str())
}

pub(super) fn read(row: &Row<'_>) -> Result<StoredAnswer, StorageError> {
    let columns = Columns::new(row, "answer", 4);
    Ok(StoredAnswer {
        request_digest: columns.get("request_digest")?,
        answer: columns.get("answer")?,
        time: columns.time("time")?,
    })
}
