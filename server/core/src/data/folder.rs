//! The data folder: that it is there, that it can be written, and that one node at a time uses it.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// Its lock. The system frees it when the process ends, however it ends.
const LOCK: &str = "node.lock";

/// A data folder in use. Dropping it frees it.
#[derive(Debug)]
pub struct DataFolder {
    _lock: File,
}

/// Why a data folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// It is not there.
    #[error("the data folder `{0}` does not exist; `maatwerkregister init` makes it, `storage.folder` names it")]
    Missing(PathBuf),
    /// Another process uses it.
    #[error("another node uses the data folder `{0}`; stop it first, or name another folder")]
    InUse(PathBuf),
    /// It cannot be written.
    #[error(
        "the data folder `{path}` cannot be written: {source}; the node needs it for itself, so check its owner and whether the file system is read-only or full"
    )]
    Unwritable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl DataFolder {
    /// Takes the folder at `path`.
    pub fn open(path: &Path) -> Result<Self, FolderError> {
        if !path.is_dir() {
            return Err(FolderError::Missing(path.to_owned()));
        }
        let unwritable = |source| FolderError::Unwritable {
            path: path.to_owned(),
            source,
        };
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path.join(LOCK))
            .map_err(unwritable)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(FolderError::InUse(path.to_owned())),
            Err(TryLockError::Error(source)) => Err(unwritable(source)),
        }
    }

    /// Makes the folder if it is not there, for its owner only, and takes it.
    pub fn create(path: &Path) -> Result<Self, FolderError> {
        use std::os::unix::fs::DirBuilderExt as _;
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .map_err(|source| FolderError::Unwritable {
                path: path.to_owned(),
                source,
            })?;
        Self::open(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_node_at_a_time_uses_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let held = DataFolder::open(folder.path()).unwrap();
        assert!(matches!(DataFolder::open(folder.path()), Err(FolderError::InUse(_))));
        drop(held);
        DataFolder::open(folder.path()).unwrap();
    }

    #[test]
    fn a_folder_that_is_not_there_says_how_to_make_it() {
        let missing = Path::new("/nowhere/at/all");
        let error = DataFolder::open(missing).unwrap_err().to_string();
        assert!(error.contains("maatwerkregister init"), "{error}");
        assert!(matches!(
            DataFolder::create(Path::new("/proc/nothing")),
            Err(FolderError::Unwritable { .. })
        ));
    }
}
