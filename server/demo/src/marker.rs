//! The marker file `demo.json`, which states what the folder of a demo contains.

use std::path::Path;

use serde::{Deserialize, Serialize};
use server_core::data::DataError;

use super::error::file_error;
use super::files::RegisterFiles;
use super::people::People;

const FILE: &str = "demo.json";

/// The marker of the folder of a demo.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Marker {
    /// A note for people who open the folder.
    note: String,
    /// Whether the register was read from files of the user.
    pub(super) from_files: bool,
    /// The SHA-256 digest over the files that the register was filled from.
    fingerprint: String,
    /// Whether the store was filled completely.
    pub(super) finished: bool,
    /// The people with certificates.
    pub(super) people: People,
    /// The number of organisations at the time of filling.
    pub(super) organisations: usize,
    /// The number of officers at the time of filling.
    pub(super) officers: usize,
}

impl Marker {
    /// Creates the marker of a store that is about to be filled from `files`.
    pub(super) fn unfinished(from_files: bool, files: &RegisterFiles) -> Self {
        Self {
            note: "DEMO: a register to try things with; its officers are invented".to_owned(),
            from_files,
            fingerprint: files.fingerprint(),
            finished: false,
            people: People::default(),
            organisations: 0,
            officers: 0,
        }
    }

    /// Reads the marker of `folder`. Returns `None` if it is missing or malformed.
    pub(super) fn read(folder: &Path) -> Result<Option<Self>, DataError> {
        let path = folder.join(FILE);
        match std::fs::read(&path) {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes).ok()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(file_error(&path, source)),
        }
    }

    /// Writes the marker atomically.
    pub(super) fn write(&self, folder: &Path) -> Result<(), DataError> {
        let (path, unfinished) = (folder.join(FILE), folder.join(".demo.json"));
        let text = serde_json::to_string_pretty(self).expect("a marker is plain data");
        std::fs::write(&unfinished, text + "\n")
            .and_then(|()| std::fs::rename(&unfinished, &path))
            .map_err(|source| file_error(&path, source))
    }

    /// Returns whether the store was filled from these files.
    pub(super) fn is_of(&self, files: &RegisterFiles) -> bool {
        self.fingerprint == files.fingerprint()
    }
}
