//! A file in the making: under another name until it is whole and on the disk, so that a name never stands for half a file.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use super::error::cannot_open;
use crate::error::StorageError;

/// A file in the making. Removed on drop unless it was finished.
#[derive(Debug)]
pub(super) struct PartialFile {
    path: PathBuf,
    target: PathBuf,
}

impl PartialFile {
    /// An empty file that only this account may read, for `target`, which must not be there yet.
    pub(super) fn create(target: &Path) -> Result<Self, StorageError> {
        refuse_existing(target)?;
        let partial = Self {
            path: beside(target, ".partial"),
            target: target.to_owned(),
        };
        // One that was left behind by a crash may hold personal data.
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

    /// Where it is for now.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Gives it its name, durably. Nobody may have it open any more.
    pub(super) fn finish(self) -> Result<(), StorageError> {
        refuse_existing(&self.target)?;
        self.publish().map_err(|error| cannot_open(&self.target, error))
    }

    fn publish(&self) -> io::Result<()> {
        File::open(&self.path)?.sync_all()?;
        fs::rename(&self.path, &self.target)?;
        let folder = match self.target.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
    }

    fn remove(&self) {
        for suffix in ["", "-journal"] {
            // Mostly there is none; and one that stays is met by `create`.
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

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}
