//! What can go wrong in storage, named for what the caller can do.

/// An error of storage. Driver texts stay in the source chain: they reach the log, never the wire.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// What should be new is there already.
    #[error("{what} already exists")]
    AlreadyExists {
        /// What, without personal data.
        what: String,
    },
    /// Something changed between reading and writing.
    #[error("expected {expected}, found {actual}")]
    Conflict {
        /// What the caller had seen.
        expected: String,
        /// What is there.
        actual: String,
    },
    /// Storage cannot be used now: closing, locked, out of space. Nothing of the write was kept.
    #[error("storage is unavailable: {0}")]
    Unavailable(String, #[source] Option<Box<dyn std::error::Error + Send + Sync>>),
    /// It cannot be said whether the write was kept: the connection was lost during commit.
    #[error("the outcome of a commit is unknown")]
    OutcomeUnknown(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// What is stored is not what was written.
    #[error("stored data is damaged: table `{table}`, column `{column}`, row `{row}`")]
    Corrupt {
        /// Table.
        table: &'static str,
        /// Column.
        column: &'static str,
        /// The row's key, without personal data.
        row: String,
    },
    /// The schema is not the one that this version knows.
    #[error("the database has schema {found}, this version knows {known}")]
    Schema {
        /// In the file.
        found: String,
        /// In this version.
        known: String,
    },
    /// Anything else that the driver reports.
    #[error("the database failed")]
    Driver(#[source] Box<dyn std::error::Error + Send + Sync>),
}
