//! What can go wrong with an index, by what the caller can do about it.

use register::position::Position;

/// An error of the index. None of them carries text of a question or of an entry.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The folder cannot be read or written: permissions, a full disk.
    #[error("index folder cannot be used: {0}")]
    Unavailable(#[source] std::io::Error),
    /// What lies in the folder is not what was written there. Open the index anew: it is then rebuilt.
    #[error("index is damaged: {0}")]
    Damaged(String),
    /// A change was applied that does not follow what the index holds. Nothing was changed.
    #[error("index stands at revision {} and cannot apply revision {}", .held.revision, .offered.revision)]
    OutOfOrder {
        /// Where the index stands.
        held: Position,
        /// The position that was offered.
        offered: Position,
    },
    /// A plan made with other versions of analyser, lexicon or vocabulary: its scores would mean something else.
    #[error("plan was made with {plan}, this index with {index}")]
    OtherVersions {
        /// The versions of the plan.
        plan: String,
        /// The versions of the index.
        index: String,
    },
    /// A plan that was sent is not one that can be scored.
    #[error("plan cannot be scored: {0}")]
    BadPlan(&'static str),
    /// The search engine failed in a way that another attempt may not.
    #[error("search engine failed: {0}")]
    Engine(#[source] tantivy::TantivyError),
}

impl From<tantivy::TantivyError> for IndexError {
    fn from(error: tantivy::TantivyError) -> Self {
        use tantivy::TantivyError;
        match error {
            TantivyError::DataCorruption(damage) => Self::Damaged(format!("{damage:?}")),
            TantivyError::IoError(source) => Self::Unavailable(std::io::Error::new(source.kind(), source.to_string())),
            // Another process, or another index of this one, has the folder open.
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
