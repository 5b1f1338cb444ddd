//! The data folder: checks that it exists and is writable, and locks it for one node.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// The lock file. The system releases the lock when the process ends, even after a crash.
const LOCK: &str = "node.lock";

/// A locked data folder. Dropping it releases the lock.
#[derive(Debug)]
pub struct DataFolder {
    _lock: File,
}

/// Why a data folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// It does not exist.
    #[error("the data folder `{0}` does not exist; `maatwerkregister init` makes it, `storage.folder` names it")]
    Missing(PathBuf),
    /// Another process uses it.
    #[error("another node uses the data folder `{0}`; stop it first, or name another folder")]
    InUse(PathBuf),
    /// It cannot be written.
    #[error(
        "the data folder `{path}` cannot be written: {source}; check its owner, and whether the file system is read-only or full"
    )]
    Unwritable {
        /// The folder or file.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
}

impl DataFolder {
    /// Locks the folder at `path`.
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

    /// Creates the folder with access for its owner only, if it does not exist, and locks it.
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
    fn folder_is_locked_for_one_node() {
        let folder = tempfile::tempdir().unwrap();
        let held = DataFolder::open(folder.path()).unwrap();
        assert!(matches!(DataFolder::open(folder.path()), Err(FolderError::InUse(_))));
        drop(held);
        DataFolder::open(folder.path()).unwrap();
    }

    #[test]
    fn missing_folder_names_the_command_to_create_it() {
        let missing = Path::new("/nowhere/at/all");
        let error = DataFolder::open(missing).unwrap_err().to_string();
        assert!(error.contains("maatwerkregister init"), "{error}");
        assert!(matches!(
            DataFolder::create(Path::new("/proc/nothing")),
            Err(FolderError::Unwritable { .. })
        ));
    }
}
