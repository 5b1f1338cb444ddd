//! The errors of storage, named for what the caller can do.

/// An error of storage. Messages of the driver stay in the source chain, which reaches the log and never the wire.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// Something that should be new exists already.
    #[error("{what} already exists")]
    AlreadyExists {
        /// What exists, without personal data.
        what: String,
    },
    /// The stored state is not what the caller expected.
    #[error("expected {expected}, found {actual}")]
    Conflict {
        /// The expected state.
        expected: String,
        /// The actual state.
        actual: String,
    },
    /// Storage cannot be used now: closed, locked or out of space. Nothing was written.
    #[error("storage is unavailable: {0}")]
    Unavailable(String, #[source] Option<Box<dyn std::error::Error + Send + Sync>>),
    /// The commit failed in a way that leaves its outcome unknown.
    #[error("the outcome of a commit is unknown")]
    OutcomeUnknown(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The stored data is damaged.
    #[error("stored data is damaged: table `{table}`, column `{column}`, row `{row}`")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row's key, without personal data.
        row: String,
    },
    /// This version does not know the schema of the database.
    #[error("the database has schema {found}, this version knows {known}")]
    Schema {
        /// The schema of the file.
        found: String,
        /// The schema of this version.
        known: String,
    },
    /// Any other error of the driver.
    #[error("the database failed")]
    Driver(#[source] Box<dyn std::error::Error + Send + Sync>),
}
