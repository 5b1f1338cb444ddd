//! The file of a replica: opened, recreated if unusable, deleted.

use std::fs::{self, DirBuilder};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use register::identifier::RegisterId;
use register::position::Position;
use rusqlite::Connection;

use super::super::connection;
use super::super::error::cannot_open;
use super::super::meta::parse_epoch;
use super::super::partial::PartialFile;
use super::super::row::{Columns, first};
use super::super::value::{revision_number, time_text};
use crate::error::StorageError;
use crate::replica::ReplicaState;

/// Marks a file as a replica ("MwRc"), to tell it from other databases.
const APPLICATION_ID: i32 = 0x4d77_5263;

/// The version of the schema, increased with every change.
const VERSION: i32 = 2;

const SCHEMA: &str = include_str!("schema.sql");

const SUFFIX: &str = ".db";

pub(super) fn path(folder: &Path, register: &RegisterId) -> PathBuf {
    folder.join(format!("{register}{SUFFIX}"))
}

/// The registers that have a file in `folder`.
pub(super) fn list(folder: &Path) -> Result<Vec<RegisterId>, StorageError> {
    let files = match fs::read_dir(folder) {
        Ok(files) => files,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(cannot_open(folder, error)),
    };
    let mut registers = Vec::new();
    for file in files {
        let name = file.map_err(|error| cannot_open(folder, error))?.file_name();
        let register = name.to_str().and_then(|name| name.strip_suffix(SUFFIX));
        registers.extend(register.and_then(|register| RegisterId::parse(register).ok()));
    }
    registers.sort();
    Ok(registers)
}

/// Deletes a database file with its log files.
pub(super) fn remove(path: &Path) -> Result<(), StorageError> {
    for suffix in ["-wal", "-shm", ""] {
        let mut file = path.as_os_str().to_owned();
        file.push(suffix);
        let file = PathBuf::from(file);
        match fs::remove_file(&file) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(cannot_open(&file, error)),
            _ => {}
        }
    }
    Ok(())
}

/// Opens the replica of `register`. Creates it if missing and recreates it if unusable.
pub(super) fn open_or_begin(folder: &Path, path: &Path, register: &RegisterId) -> Result<Connection, StorageError> {
    let is_there = path.try_exists().map_err(|error| cannot_open(path, error))?;
    if is_there {
        match open(path, register) {
            Ok(connection) => return Ok(connection),
            Err(error @ (StorageError::Corrupt { .. } | StorageError::Schema { .. })) => {
                tracing::warn!(%error, "the replica of register `{register}` is unusable and will be fetched again");
                remove(path)?;
            }
            Err(error) => return Err(error),
        }
    }
    make_folder(folder)?;
    begin(path, register)?;
    open(path, register)
}

fn make_folder(folder: &Path) -> Result<(), StorageError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|error| cannot_open(folder, error))
}

fn begin(path: &Path, register: &RegisterId) -> Result<(), StorageError> {
    let partial = PartialFile::create(path)?;
    let connection = connection::exclusive_writer(partial.path())?;
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    connection.pragma_update(None, "user_version", VERSION)?;
    connection.execute_batch(SCHEMA)?;
    connection.execute("INSERT INTO replica (id, register) VALUES (1, ?1)", [register.as_str()])?;
    connection.close().map_err(|(_, error)| error)?;
    partial.finish()
}

fn open(path: &Path, register: &RegisterId) -> Result<Connection, StorageError> {
    let connection = connection::exclusive_writer(path)?;
    let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    let (application, version) = (number("application_id")?, number("user_version")?);
    if application != APPLICATION_ID || version != VERSION {
        return Err(StorageError::Schema {
            found: format!("{application:x}/{version}"),
            known: format!("{APPLICATION_ID:x}/{VERSION}"),
        });
    }
    connection::enable_wal(&connection, path)?;
    let found: String = connection.query_row("SELECT register FROM replica WHERE id = 1", [], |row| row.get(0))?;
    if found != register.as_str() {
        return Err(StorageError::Schema {
            found: format!("of `{found}`"),
            known: format!("of `{register}`"),
        });
    }
    Ok(connection)
}

/// The state of the replica.
pub(super) fn state(connection: &Connection) -> Result<Option<ReplicaState>, StorageError> {
    first(
        connection,
        "SELECT id, epoch, revision, fetched_at FROM replica WHERE id = 1 AND epoch IS NOT NULL",
        [],
        |row| {
            let columns = Columns::new(row, "replica", 1);
            Ok(ReplicaState {
                position: Position::new(columns.parse("epoch", parse_epoch)?, columns.revision("revision")?),
                fetched_at: columns.time("fetched_at")?,
            })
        },
    )
}

pub(super) fn set_state(connection: &Connection, state: &ReplicaState) -> Result<(), StorageError> {
    connection
        .prepare_cached("UPDATE replica SET epoch = ?1, revision = ?2, fetched_at = ?3 WHERE id = 1")?
        .execute((
            state.position.epoch.to_string(),
            revision_number(state.position.revision),
            time_text(state.fetched_at),
        ))?;
    Ok(())
}
