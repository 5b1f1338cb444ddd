//! Writes a file under a temporary name until it is complete and durable, so that the final name is never a partial file.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use super::error::cannot_open;
use crate::error::StorageError;

/// A file that is being written. Deleted on drop unless finished.
#[derive(Debug)]
pub(super) struct PartialFile {
    path: PathBuf,
    target: PathBuf,
}

impl PartialFile {
    /// Creates an empty file for `target`, which must not exist. Only this account may read it.
    pub(super) fn create(target: &Path) -> Result<Self, StorageError> {
        refuse_existing(target)?;
        let partial = Self {
            path: beside(target, ".partial"),
            target: target.to_owned(),
        };
        // A file left behind by a crash may contain personal data.
        partial.remove();
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options
            .open(&partial.path)
            .map_err(|error| cannot_open(&partial.path, error))?;
        Ok(partial)
    }

    /// Its temporary path.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Renames the file to its target, durably. It must be closed.
    pub(super) fn finish(self) -> Result<(), StorageError> {
        refuse_existing(&self.target)?;
        self.publish().map_err(|error| cannot_open(&self.target, error))
    }

    fn publish(&self) -> io::Result<()> {
        File::open(&self.path)?.sync_all()?;
        fs::rename(&self.path, &self.target)?;
        sync_folder(&self.target)
    }

    fn remove(&self) {
        for suffix in ["", "-journal"] {
            // Usually there is none. `create` fails if one stays.
            let _ = fs::remove_file(beside(&self.path, suffix));
        }
    }
}

impl Drop for PartialFile {
    fn drop(&mut self) {
        self.remove();
    }
}

fn refuse_existing(path: &Path) -> Result<(), StorageError> {
    match path.try_exists() {
        Ok(false) => Ok(()),
        Ok(true) => Err(StorageError::AlreadyExists {
            what: format!("`{}`", path.display()),
        }),
        Err(error) => Err(cannot_open(path, error)),
    }
}

/// Makes a new name in the folder of `path` durable.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// The path with `suffix` appended to its name.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}
