//! Opens connections with the settings that durability and erasure depend on.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::error::{cannot_open, path_text};
use super::{row_digest, schema};
use crate::error::StorageError;

/// How long a write waits for another process, such as a backup or a check from the command line.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The number of prepared statements that a connection caches: more than this backend has.
const STATEMENTS: usize = 96;

/// Opens an existing file for writing in WAL mode, and migrates its schema.
pub(super) fn writer(path: &Path) -> Result<Connection, StorageError> {
    let mut connection = exclusive_writer(path)?;
    schema::migrate(&mut connection)?;
    row_digest::maintain(&connection)?;
    enable_wal(&connection, path)?;
    Ok(connection)
}

/// Switches to WAL mode.
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

/// Opens an existing file that nobody else uses for writing. Not in WAL mode, so that it stays a single file.
pub(super) fn exclusive_writer(path: &Path) -> Result<Connection, StorageError> {
    let connection = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    // SQLite falls back to read-only access without permission to write: fail now rather than at the first write.
    if connection.is_readonly(rusqlite::MAIN_DB)? {
        return Err(StorageError::Unavailable(format!("`{}` is read-only", path.display()), None));
    }
    // `full`: a commit is on disk when it returns. `secure_delete`: deleted content is overwritten with zeros.
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "secure_delete", true)?;
    // Limits the size of the log file that a large commit leaves behind.
    connection.pragma_update_and_check(None, "journal_size_limit", 16 << 20, |_| Ok(()))?;
    Ok(connection)
}

/// Opens an existing file for reading.
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
    // Plans do not depend on values. Otherwise SQLite prepares a statement anew for each value that it may compare with the
    // condition of a partial index, which takes longer than reading an entry.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    row_digest::add_function(&connection)?;
    // Intermediate results may be personal data, so they must not reach temporary files.
    connection.pragma_update(None, "temp_store", "memory")?;
    // The file may be damaged or malicious: check cells and do not run functions of its schema.
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    Ok(connection)
}
