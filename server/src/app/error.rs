//! Why a node did not start, or came to a bad end: in words for who must mend it. [`crate::cli::exit_code`] has the codes.

use std::net::SocketAddr;
use std::path::PathBuf;

use register::identifier::RegisterId;
use storage::StorageError;

use crate::config::Faults;
use crate::error::Error;
use crate::operation::FolderError;

/// Why a node did not start, or came to a bad end.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The configuration is wrong.
    #[error(transparent)]
    Config(#[from] Faults),
    /// The data folder cannot be used.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// An address cannot be listened on.
    #[error("`{key}` = {address} cannot be listened on: {source}; {advice}")]
    Bind {
        /// The setting.
        key: &'static str,
        /// The address.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
        /// What to do.
        advice: &'static str,
    },
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
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A use case failed.
    #[error("{0}")]
    Directory(Error),
    /// A part of the node failed while it ran.
    #[error("the part `{0}` of the node failed; the log says why")]
    PartFailed(&'static str),
    /// The end took too long.
    #[error("the node did not come to an end in time and was cut off")]
    CutOff,
}

impl From<Error> for AppError {
    fn from(error: Error) -> Self {
        Self::Directory(error)
    }
}
