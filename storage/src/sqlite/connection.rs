//! How connections are opened: the settings on which durability and erasure rest stand here and nowhere else.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::error::{cannot_open, path_text};
use super::schema;
use crate::error::StorageError;

/// How long a write waits for another process, as a backup or a check from the command line.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Statements that a connection keeps compiled: more than there are in this backend.
const STATEMENTS: usize = 96;

/// Opens an existing file to write, in WAL mode.
pub(super) fn writer(path: &Path) -> Result<Connection, StorageError> {
    let mut connection = exclusive_writer(path)?;
    schema::migrate(&mut connection)?;
    enable_wal(&connection, path)?;
    Ok(connection)
}

/// Writes by a write-ahead log from here on.
pub(super) fn enable_wal(connection: &Connection, path: &Path) -> Result<(), StorageError> {
    let mode: String = connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
    if mode == "wal" {
        return Ok(());
    }
    Err(StorageError::Unavailable(
        format!("`{}` cannot be used with a write-ahead log", path.display()),
        None,
    ))
}

/// Opens an existing file to write while nobody else knows of it: without WAL, so that it stays one file.
pub(super) fn exclusive_writer(path: &Path) -> Result<Connection, StorageError> {
    let connection = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    // SQLite falls back to reading when it may not write; better to say so now than at the first write.
    if connection.is_readonly(rusqlite::MAIN_DB)? {
        return Err(StorageError::Unavailable(format!("`{}` is read-only", path.display()), None));
    }
    // FULL: a commit is on the disk when it is acknowledged. Deleted content is overwritten with zeros.
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "secure_delete", true)?;
    // A large commit leaves a large log file behind; this much of it may stay.
    connection.pragma_update_and_check(None, "journal_size_limit", 16 << 20, |_| Ok(()))?;
    Ok(connection)
}

/// Opens an existing file to read.
pub(super) fn reader(path: &Path) -> Result<Connection, StorageError> {
    open(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
}

fn open(path: &Path, access: OpenFlags) -> Result<Connection, StorageError> {
    path_text(path)?;
    match path.try_exists() {
        Ok(true) => {}
        Ok(false) => {
            return Err(StorageError::Unavailable(
                format!("`{}` does not exist", path.display()),
                None,
            ));
        }
        Err(error) => return Err(cannot_open(path, error)),
    }
    let connection = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // What a statement sorts or keeps aside may be personal: it stays out of temporary files.
    connection.pragma_update(None, "temp_store", "memory")?;
    // The file may be damaged or from elsewhere: it is read with care and runs nothing.
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    Ok(connection)
}
