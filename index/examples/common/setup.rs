//! The index that is measured, and the form of its questions.

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

use index::{Grouping, Index, IndexedOfficer, Language, Question};
use register::position::{Epoch, Position, Revision};

/// Lines of a run per question.
pub(crate) const DEPTH: usize = 100;

/// A question whose results are a flat list.
pub(crate) fn flat(text: String) -> Question {
    Question {
        text,
        grouping: Grouping::Flat,
        ..Question::default()
    }
}

/// The position of every register that is measured.
pub(crate) fn position() -> Position {
    Position::new(Epoch::from_uuid(uuid::Uuid::nil()), Revision(1))
}

/// An index in a temporary folder, which is removed at the end.
pub(crate) struct TemporaryIndex {
    pub(crate) index: Index,
    pub(crate) folder: PathBuf,
}

impl TemporaryIndex {
    /// Creates an empty index for the purpose `name`.
    pub(crate) fn empty(name: &str, language: Arc<Language>) -> Result<Self, Box<dyn Error>> {
        let folder = std::env::temp_dir().join(format!("index-{name}-{}", std::process::id()));
        let (index, _) = Index::open(&folder, language, position())?;
        Ok(Self { index, folder })
    }

    /// Creates an index of `officers` for the purpose `name`.
    pub(crate) fn filled(name: &str, language: Arc<Language>, officers: Vec<IndexedOfficer>) -> Result<Self, Box<dyn Error>> {
        let temporary = Self::empty(name, language)?;
        temporary.index.rebuild(position(), officers)?;
        Ok(temporary)
    }
}

impl Drop for TemporaryIndex {
    fn drop(&mut self) {
        // A folder that is left behind is only untidy.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
