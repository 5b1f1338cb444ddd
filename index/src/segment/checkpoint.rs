//! Checkpoints: what each commit records, and whether the index in a folder can be resumed from it.

use std::path::Path;

use register::position::Position;
use serde::{Deserialize, Serialize};
use tantivy::TantivyError;

use super::schema::{SCHEMA_VERSION, schema};
use crate::analyse::{Language, Versions};
use crate::error::IndexError;

/// The reason why an index must be rebuilt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RebuildReason {
    /// There was no index.
    New,
    /// It belongs to another epoch of the register.
    OtherEpoch,
    /// It is ahead of the register, which must have been restored.
    Ahead,
    /// It was written with another version of analyser, lexicon, vocabulary or layout.
    OtherVersions,
    /// It could not be read, for the given reason. The folder has been removed.
    Damaged(String),
}

/// The payload of a commit.
#[derive(Serialize, Deserialize)]
pub(super) struct Checkpoint {
    position: Position,
    versions: Versions,
    schema: u32,
}

impl Checkpoint {
    pub(super) fn new(position: Position, versions: &Versions) -> Self {
        Self {
            position,
            versions: versions.clone(),
            schema: SCHEMA_VERSION,
        }
    }

    pub(super) fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a checkpoint is plain data, which JSON can always hold")
    }
}

/// The reason why an index cannot be resumed.
pub(crate) enum CannotResume {
    Rebuild(RebuildReason),
    Error(IndexError),
}

/// Returns the position of the index in `folder` if it can be resumed for a register at `register`.
pub(crate) fn inspect(folder: &Path, language: &Language, register: Position) -> Result<Position, CannotResume> {
    let rebuild = |reason| Err(CannotResume::Rebuild(reason));
    match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return rebuild(RebuildReason::New),
        Err(error) => return Err(CannotResume::Error(error.into())),
        Ok(mut entries) => {
            if entries.next().is_none() {
                return rebuild(RebuildReason::New);
            }
        }
    }
    let damaged = |error: TantivyError| match error {
        // Another process has the folder open; the index is not damaged.
        TantivyError::LockFailure(failure, _) => {
            CannotResume::Error(IndexError::Unavailable(std::io::Error::other(failure.to_string())))
        }
        other => CannotResume::Rebuild(RebuildReason::Damaged(other.to_string())),
    };
    let index = tantivy::Index::open_in_dir(folder).map_err(damaged)?;
    let broken = index.validate_checksum().map_err(damaged)?;
    if !broken.is_empty() {
        return rebuild(RebuildReason::Damaged(format!(
            "{} files have a wrong checksum",
            broken.len()
        )));
    }
    let metas = index.load_metas().map_err(damaged)?;
    let Some(checkpoint) = metas
        .payload
        .as_deref()
        .and_then(|payload| serde_json::from_str::<Checkpoint>(payload).ok())
    else {
        return rebuild(RebuildReason::Damaged("it has no checkpoint".into()));
    };
    if checkpoint.schema != SCHEMA_VERSION || checkpoint.versions != *language.versions() || index.schema() != schema().0 {
        return rebuild(RebuildReason::OtherVersions);
    }
    if checkpoint.position.epoch != register.epoch {
        return rebuild(RebuildReason::OtherEpoch);
    }
    if checkpoint.position.revision > register.revision {
        return rebuild(RebuildReason::Ahead);
    }
    Ok(checkpoint.position)
}
