//! Creates, backs up and restores the file of a register. Blocking: call on a thread that may block.

use std::path::Path;

use jiff::Timestamp;
use rand::RngCore;
use register::identifier::RegisterId;
use register::position::Position;
use rusqlite::Connection;

use super::error::{damaged, path_text};
use super::partial::PartialFile;
use super::{connection, meta, row_digest, schema, seal, verify};
use crate::error::StorageError;
use crate::findings::{Findings, Restored, WholeFile};

/// Creates the file of a new register at `path`, which must not exist.
#[tracing::instrument(level = "debug", name = "storage.register.create", skip_all)]
pub(super) fn create(path: &Path, register: &RegisterId, time: Timestamp, random: &mut dyn RngCore) -> Result<(), StorageError> {
    let partial = PartialFile::create(path)?;
    let mut connection = connection::exclusive_writer(partial.path())?;
    schema::install(&mut connection)?;
    row_digest::maintain(&connection)?;
    meta::install(&connection, register, time, random)?;
    close(connection)?;
    partial.finish()
}

/// Copies `source` to `target`, which must not exist, and writes its digest beside it. Copies current content only, so no erased data.
#[tracing::instrument(level = "debug", name = "storage.register.backup", skip_all)]
pub(super) fn backup(source: &Connection, target: &Path) -> Result<Position, StorageError> {
    let partial = copy(source, target)?;
    let written = connection::reader(partial.path())?;
    let position = meta::get(&written)?.position;
    close(written)?;
    partial.finish()?;
    seal::write(target)?;
    Ok(position)
}

/// Restores a backup to a new file: the same content in a new epoch. The backup may have an earlier schema. Nothing is left of a
/// backup that differs from its digest, or whose restored content has a problem.
#[tracing::instrument(level = "debug", name = "storage.register.restore", skip_all)]
pub(super) fn restore(backup: &Path, target: &Path, time: Timestamp, random: &mut dyn RngCore) -> Result<Restored, StorageError> {
    let whole_file = seal::compare(backup)?;
    if whole_file == WholeFile::Different {
        return Err(damaged("the backup differs from the digest beside it"));
    }
    let source = connection::reader(backup)?;
    schema::is_current(&source)?;
    let soundness: String = source.pragma_query_value(None, "integrity_check", |row| row.get(0))?;
    if soundness != "ok" {
        return Err(damaged("its pages contradict each other"));
    }
    let partial = copy(&source, target)?;
    let mut restored = connection::exclusive_writer(partial.path())?;
    schema::migrate(&mut restored)?;
    row_digest::maintain(&restored)?;
    meta::renew(&restored, time, random)?;
    let position = meta::get(&restored)?.position;
    let findings = verify::verify(&mut restored)?;
    if let Some(first) = findings.problems.first() {
        let count = findings.problems.len();
        return Err(damaged(&format!(
            "verification found {count} problems in the backup, the first: {first}"
        )));
    }
    close(restored)?;
    partial.finish()?;
    Ok(Restored {
        position,
        findings: Findings { whole_file, ..findings },
    })
}

fn copy(source: &Connection, target: &Path) -> Result<PartialFile, StorageError> {
    let partial = PartialFile::create(target)?;
    source.execute("VACUUM INTO ?1", [path_text(partial.path())?])?;
    Ok(partial)
}

/// Closes a connection and reports errors of the final write.
fn close(connection: Connection) -> Result<(), StorageError> {
    connection.close().map_err(|(_, error)| error.into())
}
