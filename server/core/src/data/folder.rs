//! The data folder: checks that it exists and is writable, and locks it for one node.

use std::fs::{File, TryLockError};
use std::io;
use std::os::unix::fs::MetadataExt as _;
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
        // A check as root must not leave a lock that the node cannot open. Without the right to change that, nothing was left.
        let _ = give(&path.join(LOCK), owner(path).map_err(unwritable)?);
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

/// Gives everything in the data folder to the owner of the folder. Without this, a command that root runs, such as a restore,
/// leaves files that the node's account cannot open.
pub fn hand_over(folder: &Path) -> io::Result<()> {
    let owner = owner(folder)?;
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next)? {
            let entry = entry?;
            give(&entry.path(), owner)?;
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            }
        }
    }
    Ok(())
}

/// The account and group of a file.
type Owner = (u32, u32);

fn owner(path: &Path) -> io::Result<Owner> {
    let metadata = std::fs::metadata(path)?;
    Ok((metadata.uid(), metadata.gid()))
}

/// Changes the owner of `path`, if it is another. Does not follow links.
fn give(path: &Path, (account, group): Owner) -> io::Result<()> {
    match std::fs::symlink_metadata(path) {
        Ok(metadata) if metadata.uid() == account => Ok(()),
        Ok(_) => std::os::unix::fs::lchown(path, Some(account), Some(group)),
        // Files of a node that runs come and go.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_handed_over_to_the_owner_of_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("index/meta.json");
        std::fs::create_dir(folder.path().join("index")).unwrap();
        std::fs::write(&file, "{}").unwrap();
        let other = 65_534;
        // Only root may give a folder away; for others, there is nothing to hand over.
        let given = std::os::unix::fs::lchown(folder.path(), Some(other), Some(other)).is_ok();
        hand_over(folder.path()).unwrap();
        let expected = owner(folder.path()).unwrap();
        assert_eq!(expected.0 == other, given);
        assert_eq!(owner(&file).unwrap().0, expected.0);
        drop(DataFolder::open(folder.path()).unwrap());
        assert_eq!(owner(&folder.path().join(LOCK)).unwrap().0, expected.0);
    }

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
