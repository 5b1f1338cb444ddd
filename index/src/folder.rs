//! The folder of an index: what its last commit says of itself, and whether it can be resumed.

use std::path::Path;

use register::position::Position;
use serde::{Deserialize, Serialize};
use tantivy::TantivyError;

use crate::error::IndexError;
use crate::language::{Language, Versions};
use crate::schema::{SCHEMA_VERSION, schema};

/// Why an index must be built anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RebuildReason {
    /// There was none.
    New,
    /// It belongs to another life of the register's log.
    OtherEpoch,
    /// It holds more than the register, which must have been restored.
    Ahead,
    /// It was written with another analyser, lexicon, vocabulary or layout.
    OtherVersions,
    /// It could not be read. What was wrong is said in words; the folder has been removed.
    Damaged(String),
}

/// What each commit says of itself.
#[derive(Serialize, Deserialize)]
pub(crate) struct Payload {
    position: Position,
    versions: Versions,
    schema: u32,
}

impl Payload {
    pub(crate) fn new(position: Position, versions: &Versions) -> Self {
        Self {
            position,
            versions: versions.clone(),
            schema: SCHEMA_VERSION,
        }
    }

    pub(crate) fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a payload is plain data, which JSON can always hold")
    }
}

/// Why a folder is not simply opened.
pub(crate) enum Refusal {
    Rebuild(RebuildReason),
    Error(IndexError),
}

/// The position of the index in `folder`, if it can be resumed.
pub(crate) fn inspect(folder: &Path, language: &Language, register: Position) -> Result<Position, Refusal> {
    let rebuild = |reason| Err(Refusal::Rebuild(reason));
    match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return rebuild(RebuildReason::New),
        Err(error) => return Err(Refusal::Error(error.into())),
        Ok(mut entries) => {
            if entries.next().is_none() {
                return rebuild(RebuildReason::New);
            }
        }
    }
    let damaged = |error: TantivyError| match error {
        // Somebody else has the folder open: nothing is wrong with it.
        TantivyError::LockFailure(failure, _) => {
            Refusal::Error(IndexError::Unavailable(std::io::Error::other(failure.to_string())))
        }
        other => Refusal::Rebuild(RebuildReason::Damaged(other.to_string())),
    };
    let index = tantivy::Index::open_in_dir(folder).map_err(damaged)?;
    let broken = index.validate_checksum().map_err(damaged)?;
    if !broken.is_empty() {
        return rebuild(RebuildReason::Damaged(format!(
            "{} files do not have their checksum",
            broken.len()
        )));
    }
    let metas = index.load_metas().map_err(damaged)?;
    let Some(payload) = metas
        .payload
        .as_deref()
        .and_then(|payload| serde_json::from_str::<Payload>(payload).ok())
    else {
        return rebuild(RebuildReason::Damaged("it was never filled, or by something else".into()));
    };
    if payload.schema != SCHEMA_VERSION || payload.versions != *language.versions() || index.schema() != schema().0 {
        return rebuild(RebuildReason::OtherVersions);
    }
    if payload.position.epoch != register.epoch {
        return rebuild(RebuildReason::OtherEpoch);
    }
    if payload.position.revision > register.revision {
        return rebuild(RebuildReason::Ahead);
    }
    Ok(payload.position)
}
