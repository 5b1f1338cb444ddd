//! Converts errors of SQLite and the file system to [`StorageError`]. No other file reads error codes.

use std::io;
use std::path::Path;

use rusqlite::{ErrorCode, ffi};

use crate::error::StorageError;

impl From<rusqlite::Error> for StorageError {
    fn from(error: rusqlite::Error) -> Self {
        let Some(code) = error.sqlite_error_code() else {
            return Self::Driver(Box::new(error));
        };
        match code {
            ErrorCode::DatabaseCorrupt => damaged("its pages contradict each other"),
            ErrorCode::NotADatabase => damaged("it is not a database"),
            _ => match obstacle(code) {
                Some(text) => Self::Unavailable(text.to_owned(), Some(Box::new(error))),
                None => Self::Driver(Box::new(error)),
            },
        }
    }
}

/// Why the database cannot be used now, if the code says so. Nothing was changed, and a retry may succeed.
fn obstacle(code: ErrorCode) -> Option<&'static str> {
    match code {
        ErrorCode::DiskFull => Some("there is no space left on the disk"),
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied => Some("the file or its folder is read-only"),
        ErrorCode::CannotOpen => Some("the file or its write-ahead log cannot be opened"),
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Some("another process has locked it"),
        ErrorCode::SystemIoFailure => Some("the disk cannot be read or written"),
        ErrorCode::OutOfMemory => Some("there is no memory left"),
        _ => None,
    }
}

/// Converts the error of a COMMIT. An I/O failure may occur after the commit has reached the disk, so its outcome is unknown.
pub(super) fn of_commit(error: rusqlite::Error) -> StorageError {
    match error.sqlite_error_code() {
        Some(ErrorCode::SystemIoFailure) => StorageError::OutcomeUnknown(Box::new(error)),
        _ => error.into(),
    }
}

/// Whether a row could not be inserted because its key exists.
pub(super) fn is_duplicate_key(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error().map(|error| error.extended_code),
        Some(ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_UNIQUE)
    )
}

/// The error for a damaged file.
pub(super) fn damaged(how: &str) -> StorageError {
    StorageError::Corrupt {
        table: "database",
        column: "file",
        row: how.to_owned(),
    }
}

/// Converts the error of a migration.
pub(super) fn of_migration(error: refinery::Error) -> StorageError {
    let code = match error.kind() {
        refinery::error::Kind::Connection(_, source) => source.downcast_ref().and_then(rusqlite::Error::sqlite_error_code),
        _ => None,
    };
    match code.and_then(obstacle) {
        Some(text) => StorageError::Unavailable(text.to_owned(), Some(Box::new(error))),
        None => StorageError::Driver(Box::new(error)),
    }
}

/// Converts an error of opening, copying or renaming the file at `path`.
pub(super) fn cannot_open(path: &Path, error: io::Error) -> StorageError {
    let path = path.display();
    let text = match error.kind() {
        io::ErrorKind::AlreadyExists => {
            return StorageError::AlreadyExists {
                what: format!("`{path}`"),
            };
        }
        io::ErrorKind::NotFound => format!("`{path}` or its folder does not exist"),
        io::ErrorKind::PermissionDenied => format!("this account has no permission to use `{path}`"),
        io::ErrorKind::ReadOnlyFilesystem => format!("`{path}` is on a read-only file system"),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => format!("there is no space left for `{path}`"),
        _ => format!("`{path}` cannot be used"),
    };
    StorageError::Unavailable(text, Some(Box::new(error)))
}

/// The path as UTF-8, which SQLite requires.
pub(super) fn path_text(path: &Path) -> Result<&str, StorageError> {
    path.to_str()
        .ok_or_else(|| StorageError::Unavailable(format!("the path `{}` is not UTF-8", path.display()), None))
}
