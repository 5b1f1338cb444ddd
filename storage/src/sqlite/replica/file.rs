//! The file of a replica: opened, recreated if unusable, deleted.

use std::fs::{self, DirBuilder, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use register::identifier::RegisterId;
use register::position::Position;
use rusqlite::Connection;

use super::super::connection;
use super::super::error::cannot_open;
use super::super::meta::parse_epoch;
use super::super::partial::{PartialFile, beside, sync_folder};
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

/// The file of a full state that is arriving for the replica at `path`.
pub(super) fn arrival_path(path: &Path) -> PathBuf {
    beside(path, ".arriving")
}

/// Deletes a replica, and what has arrived to replace it.
pub(super) fn remove_all(path: &Path) -> Result<(), StorageError> {
    remove(&arrival_path(path))?;
    remove(path)
}

/// Creates the file of a full state that will arrive for the replica at `path`.
pub(super) fn begin_arrival(path: &Path, register: &RegisterId) -> Result<(), StorageError> {
    let arrival = arrival_path(path);
    remove(&arrival)?;
    begin(&arrival, register)
}

/// Opens the file of an arriving state. It is of no use until it is complete, so a crash may damage it.
pub(super) fn open_arrival(path: &Path) -> Result<Connection, StorageError> {
    let connection = connection::exclusive_writer(path)?;
    // Entries may arrive before their organisation.
    connection.pragma_update(None, "foreign_keys", false)?;
    connection.pragma_update(None, "synchronous", "off")?;
    connection.pragma_update_and_check(None, "journal_mode", "off", |_| Ok(()))?;
    Ok(connection)
}

/// Replaces the replica at `path`, which `connection` has open, by the complete state that arrived, durably.
pub(super) fn replace(connection: &mut Connection, path: &Path, register: &RegisterId) -> Result<(), StorageError> {
    let arrival = arrival_path(path);
    let sync = || File::open(&arrival)?.sync_all();
    sync().map_err(|error| cannot_open(&arrival, error))?;
    // Closing the last connection empties and removes the write-ahead log. One that stayed would damage the new file.
    let former = std::mem::replace(connection, Connection::open_in_memory()?);
    if let Err((former, error)) = former.close() {
        *connection = former;
        return Err(error.into());
    }
    remove_log(path)?;
    fs::rename(&arrival, path)
        .and_then(|()| sync_folder(path))
        .map_err(|error| cannot_open(path, error))?;
    *connection = open(path, register)?;
    Ok(())
}

/// Deletes a database file with its log files.
pub(super) fn remove(path: &Path) -> Result<(), StorageError> {
    remove_log(path)?;
    remove_file(path)
}

fn remove_log(path: &Path) -> Result<(), StorageError> {
    remove_file(&beside(path, "-wal"))?;
    remove_file(&beside(path, "-shm"))
}

fn remove_file(file: &Path) -> Result<(), StorageError> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(cannot_open(file, error)),
        _ => Ok(()),
    }
}

/// Opens the replica of `register`. Creates it if missing and recreates it if unusable.
pub(super) fn open_or_begin(folder: &Path, path: &Path, register: &RegisterId) -> Result<Connection, StorageError> {
    // What a full state left behind that did not end before the node stopped.
    remove(&arrival_path(path))?;
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
