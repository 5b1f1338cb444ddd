//! Errors of the data folder and its store, worded for the operator.

use std::path::PathBuf;

use register::identifier::RegisterId;
use storage::StorageError;

use super::folder::FolderError;

/// Why the data folder or its store cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// The folder is missing, in use or read-only.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// There is no register in the data folder.
    #[error("there is no register at `{0}`; `maatwerkregister init` makes one")]
    NoRegister(PathBuf),
    /// The store is of another register than configured.
    #[error(
        "the store is of the register `{found}`, but the configuration expects `{expected}`; see `storage.register` and `storage.folder`"
    )]
    OtherRegister {
        /// The configured register.
        expected: RegisterId,
        /// The register of the store.
        found: RegisterId,
    },
    /// The store is damaged.
    #[error(
        "the database `{path}` cannot be used: {message}; keep it, and put a backup in its place with `maatwerkregister restore`"
    )]
    Damaged {
        /// The database file.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
    /// The store cannot be used now.
    #[error("{0}")]
    Storage(String, #[source] Option<StorageError>),
    /// A file cannot be read or written.
    #[error("`{path}`: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        source: std::io::Error,
    },
}
