//! What a demo's folder holds, as it says of itself in `demo.json`.

use std::path::Path;

use serde::{Deserialize, Serialize};
use server_core::data::DataError;

use super::file_error;
use super::fill::RegisterFiles;
use super::people::People;

const FILE: &str = "demo.json";

/// The marker of a demo's folder.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Marker {
    /// A word for who looks into the folder.
    note: String,
    /// Whether the register came from files of somebody's own.
    pub(super) from_files: bool,
    /// SHA-256 over the files that it was filled from.
    fingerprint: String,
    /// Whether filling came to its end.
    pub(super) finished: bool,
    /// Who has certificates.
    pub(super) people: People,
    /// Organisations that were filled in.
    pub(super) organisations: usize,
    /// Officers that were filled in.
    pub(super) officers: usize,
}

impl Marker {
    /// A register that is about to be filled from `files`.
    pub(super) fn begun(from_files: bool, files: &RegisterFiles) -> Self {
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

    /// The marker of `folder`, if it has one that can be read.
    pub(super) fn read(folder: &Path) -> Result<Option<Self>, DataError> {
        let path = folder.join(FILE);
        match std::fs::read(&path) {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes).ok()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(file_error(&path, source)),
        }
    }

    /// Writes it in one step.
    pub(super) fn write(&self, folder: &Path) -> Result<(), DataError> {
        let (path, unfinished) = (folder.join(FILE), folder.join(".demo.json"));
        let text = serde_json::to_string_pretty(self).expect("a marker is plain data");
        std::fs::write(&unfinished, text + "\n")
            .and_then(|()| std::fs::rename(&unfinished, &path))
            .map_err(|source| file_error(&path, source))
    }

    /// Whether it is of these files.
    pub(super) fn is_of(&self, files: &RegisterFiles) -> bool {
        self.fingerprint == files.fingerprint()
    }
}
