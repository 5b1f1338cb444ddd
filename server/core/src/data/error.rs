//! Why the data folder, or the store in it, cannot be used: in words for the operator.

use std::path::PathBuf;

use register::identifier::RegisterId;
use storage::StorageError;

use super::folder::FolderError;

/// Why the data folder, or the store in it, cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// The folder is missing, taken or read-only.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// There is no register in the data folder.
    #[error("there is no register at `{0}`; `maatwerkregister init` makes one")]
    NoRegister(PathBuf),
    /// The store is of another register than the configuration says.
    #[error(
        "the store is of the register `{found}`, the configuration says `{expected}`; see `storage.register` and `storage.folder`"
    )]
    OtherRegister {
        /// What the configuration says.
        expected: RegisterId,
        /// What the store says.
        found: RegisterId,
    },
    /// The store is damaged.
    #[error(
        "the database `{path}` cannot be used: {message}; keep it, and put a backup in its place with `maatwerkregister restore`"
    )]
    Damaged {
        /// The database.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
    /// The store or another file cannot be used now.
    #[error("{0}")]
    Storage(String, #[source] Option<StorageError>),
    /// A file cannot be read or written.
    #[error("`{path}`: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}
