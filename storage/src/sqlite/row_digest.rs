//! Digests of rows: they find a flipped bit in a value that is still valid.
//!
//! Every table of [`SEALED`] has a column `row_digest` with the digest of its other columns. Triggers of the writing connection
//! keep it up to date, so that no statement can forget it; `verify` compares. The table `personal` has none: its content has
//! digests of its own, and a row that grows would leave stale copies of what it held.

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, Row};
use sha2::{Digest as _, Sha256};

use crate::error::StorageError;

/// The tables whose rows have a digest.
pub(super) const SEALED: &[&str] = &[
    "meta",
    "log",
    "change",
    "organisation",
    "grant",
    "officer",
    "presence",
    "verification",
    "report",
    "tombstone",
    "answer",
    "peer",
];

/// The length of a digest, in bytes: enough against accidents. Whoever can write the file can write digests too.
const LENGTH: usize = 16;

/// Adds the SQL function `digest_of_row (VALUE, …)` to a connection. Migrations use it too, so it never changes.
pub(super) fn add_function(connection: &Connection) -> Result<(), StorageError> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function("digest_of_row", -1, flags, |values| Ok(digest(values)))?;
    Ok(())
}

/// Keeps the digests of this connection's writes up to date. The schema must be current: a migration, which runs before, writes
/// the digests of the rows that it changes itself.
pub(super) fn maintain(connection: &Connection) -> Result<(), StorageError> {
    for table in SEALED {
        let columns = columns(connection, table)?;
        let (watched, values) = (list(&columns, ""), list(&columns, "NEW."));
        let seal = format!(r#"UPDATE "{table}" SET row_digest = digest_of_row({values}) WHERE rowid = NEW.rowid"#);
        connection.execute_batch(&format!(
            r#"CREATE TEMP TRIGGER "seal_new_{table}" AFTER INSERT ON main."{table}" BEGIN {seal}; END;
               CREATE TEMP TRIGGER "seal_changed_{table}" AFTER UPDATE OF {watched} ON main."{table}" BEGIN {seal}; END;"#
        ))?;
    }
    Ok(())
}

/// Passes the key of each row of `table` that differs from its digest to `visit`.
pub(super) fn scan(connection: &Connection, table: &str, mut visit: impl FnMut(String)) -> Result<(), StorageError> {
    let columns = columns(connection, table)?;
    let values = list(&columns, "");
    let key: Vec<Column> = columns.into_iter().filter(|column| column.is_key).collect();
    let mut statement = connection.prepare(&format!(
        r#"SELECT {} FROM "{table}" WHERE row_digest IS NOT digest_of_row({values})"#,
        list(&key, "")
    ))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        visit(key_text(row, key.len()));
    }
    Ok(())
}

struct Column {
    name: String,
    is_key: bool,
}

/// The columns of a table that its digest covers, in their order.
fn columns(connection: &Connection, table: &str) -> Result<Vec<Column>, StorageError> {
    let mut statement =
        connection.prepare("SELECT name, pk > 0 FROM pragma_table_info(?1) WHERE name <> 'row_digest' ORDER BY cid")?;
    let columns = statement.query_map([table], |row| {
        Ok(Column {
            name: row.get(0)?,
            is_key: row.get(1)?,
        })
    })?;
    Ok(columns.collect::<Result<_, _>>()?)
}

fn list(columns: &[Column], prefix: &str) -> String {
    let names: Vec<String> = columns.iter().map(|column| format!(r#"{prefix}"{}""#, column.name)).collect();
    names.join(", ")
}

fn key_text(row: &Row<'_>, columns: usize) -> String {
    let key: Vec<String> = (0..columns)
        .map(|index| match row.get(index) {
            Ok(Value::Integer(number)) => number.to_string(),
            Ok(Value::Text(text)) => text,
            _ => "?".to_owned(),
        })
        .collect();
    key.join("/")
}

/// The digest of values: of the type, length and bytes of each.
fn digest(values: &Context<'_>) -> Vec<u8> {
    let mut hash = Sha256::new();
    for index in 0..values.len() {
        match values.get_raw(index) {
            ValueRef::Null => hash.update([0]),
            ValueRef::Integer(number) => {
                hash.update([1]);
                hash.update(number.to_be_bytes());
            }
            ValueRef::Real(number) => {
                hash.update([2]);
                hash.update(number.to_bits().to_be_bytes());
            }
            ValueRef::Text(bytes) => update_with_length(&mut hash, 3, bytes),
            ValueRef::Blob(bytes) => update_with_length(&mut hash, 4, bytes),
        }
    }
    hash.finalize()[..LENGTH].to_vec()
}

fn update_with_length(hash: &mut Sha256, kind: u8, bytes: &[u8]) {
    hash.update([kind]);
    hash.update((bytes.len() as u64).to_be_bytes());
    hash.update(bytes);
}
