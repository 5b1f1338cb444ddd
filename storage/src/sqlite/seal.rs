//! The digest of a whole file, beside it in the form of `sha256sum`: it covers every bit, also of unused space.
//!
//! A backup keeps its digest for good. That of a register is written when the file is closed and removed when it is opened, since
//! the first write would make it wrong. So a file with a digest has not changed since it was closed, or it is damaged.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::error::cannot_open;
use super::partial::{beside, sync_folder};
use crate::error::StorageError;
use crate::findings::WholeFile;

/// Bytes read at a time.
const CHUNK: usize = 1 << 20;

/// The seal of an open register: what its digest said, and whether closing may write a new one.
#[derive(Debug)]
pub(super) struct Seal {
    path: PathBuf,
    found: WholeFile,
}

impl Seal {
    /// Compares a register with its digest and removes the digest. One that differs stays as evidence, and is never replaced.
    pub(super) fn open(path: &Path) -> Result<Self, StorageError> {
        let found = compare(path)?;
        match found {
            WholeFile::Same => remove(path)?,
            WholeFile::Different => tracing::error!(
                "the database differs from what was written when it was last closed; run `maatwerkregister verify`"
            ),
            WholeFile::NoDigest => {}
        }
        Ok(Self {
            path: path.to_owned(),
            found,
        })
    }

    /// How the file compared with its digest when it was opened.
    pub(super) fn found(&self) -> WholeFile {
        self.found
    }

    /// Writes the digest of the closed file, unless it was damaged or another process has it open.
    pub(super) fn close(&self) -> Result<(), StorageError> {
        let log = beside(&self.path, "-wal");
        let is_open_elsewhere = log.try_exists().map_err(|error| cannot_open(&log, error))?;
        if self.found == WholeFile::Different || is_open_elsewhere {
            return Ok(());
        }
        write(&self.path)
    }
}

/// Writes the digest of the file at `path` beside it, durably and in one step.
pub(super) fn write(path: &Path) -> Result<(), StorageError> {
    let target = digest_path(path);
    let written = || -> io::Result<()> {
        let partial = beside(&target, ".partial");
        let mut file = File::create(&partial)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        writeln!(file, "{}  {name}", digest(path)?)?;
        file.sync_all()?;
        fs::rename(&partial, &target)?;
        sync_folder(&target)
    };
    written().map_err(|error| cannot_open(&target, error))
}

/// Compares the file at `path` with its digest.
pub(super) fn compare(path: &Path) -> Result<WholeFile, StorageError> {
    let target = digest_path(path);
    let text = match fs::read_to_string(&target) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(WholeFile::NoDigest),
        // A digest that is no text is as wrong as one of another file.
        Err(error) if error.kind() == io::ErrorKind::InvalidData => return Ok(WholeFile::Different),
        Err(error) => return Err(cannot_open(&target, error)),
    };
    let expected = text.split_whitespace().next().unwrap_or_default();
    match digest(path) {
        Ok(found) if found == expected => Ok(WholeFile::Same),
        Ok(_) => Ok(WholeFile::Different),
        // The caller opens the file, and explains why it cannot.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(WholeFile::NoDigest),
        Err(error) => Err(cannot_open(path, error)),
    }
}

fn remove(path: &Path) -> Result<(), StorageError> {
    let target = digest_path(path);
    match fs::remove_file(&target).and_then(|()| sync_folder(&target)) {
        // In a folder that cannot be written, the database cannot be either: opening it gives the better reason.
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied
            ) =>
        {
            Ok(())
        }
        removed => removed.map_err(|error| cannot_open(&target, error)),
    }
}

fn digest(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut chunk = vec![0; CHUNK];
    loop {
        match file.read(&mut chunk)? {
            0 => return Ok(hex::encode(hasher.finalize())),
            length => hasher.update(&chunk[..length]),
        }
    }
}

fn digest_path(path: &Path) -> PathBuf {
    beside(path, ".sha256")
}
