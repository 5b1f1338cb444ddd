//! The errors of an index, by what the caller can do about them.

use register::position::Position;

/// An error of the index. It never contains text of a question or of an entry.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The folder cannot be read or written, because of permissions or a full disk.
    #[error("index folder cannot be used: {0}")]
    Unavailable(#[source] std::io::Error),
    /// The folder is corrupt. Open the index again, and it will ask to be rebuilt.
    #[error("index is damaged: {0}")]
    Damaged(String),
    /// A change was applied that is older than the index or of another epoch. Nothing was changed.
    #[error("index is at revision {} and cannot apply revision {}", .held.revision, .offered.revision)]
    OutOfOrder {
        /// The position of the index.
        held: Position,
        /// The position of the change.
        offered: Position,
    },
    /// The plan was made with other versions of analyser, lexicon or vocabulary, so its scores would not be comparable.
    #[error("plan was made with {plan}, this index with {index}")]
    OtherVersions {
        /// The versions of the plan.
        plan: String,
        /// The versions of the index.
        index: String,
    },
    /// A plan from another register is out of bounds.
    #[error("plan cannot be scored: {0}")]
    BadPlan(&'static str),
    /// The search engine failed. Another attempt may succeed.
    #[error("search engine failed: {0}")]
    Engine(#[source] tantivy::TantivyError),
}

impl From<tantivy::TantivyError> for IndexError {
    fn from(error: tantivy::TantivyError) -> Self {
        use tantivy::TantivyError;
        match error {
            TantivyError::DataCorruption(damage) => Self::Damaged(format!("{damage:?}")),
            TantivyError::IoError(source) => Self::Unavailable(std::io::Error::new(source.kind(), source.to_string())),
            // Another process, or another index in this process, has the folder open.
            TantivyError::LockFailure(failure, _) => Self::Unavailable(std::io::Error::other(failure.to_string())),
            TantivyError::OpenReadError(failure) => Self::Damaged(failure.to_string()),
            other => Self::Engine(other),
        }
    }
}

impl From<std::io::Error> for IndexError {
    fn from(error: std::io::Error) -> Self {
        Self::Unavailable(error)
    }
}
