//! Stores the identity and position of the register, in a table with one row.

use jiff::Timestamp;
use rand::RngCore;
use register::identifier::RegisterId;
use register::position::{Epoch, Position, Revision};
use rusqlite::Connection;
use uuid::Uuid;

use super::row::{Columns, first};
use super::value::{revision_number, time_text};
use crate::error::StorageError;
use crate::identity::{Identity, Secret};

/// The identity and position of the register.
#[tracing::instrument(level = "debug", name = "storage.register.get", skip_all)]
pub(super) fn get(connection: &Connection) -> Result<Identity, StorageError> {
    let identity = first(
        connection,
        "SELECT id, register, epoch, revision, compacted, since, secret FROM meta WHERE id = 1",
        [],
        |row| {
            let columns = Columns::new(row, "meta", 1);
            Ok(Identity {
                register: columns.parse("register", RegisterId::parse)?,
                position: Position::new(columns.parse("epoch", parse_epoch)?, columns.revision("revision")?),
                compacted: columns.revision("compacted")?,
                since: columns.time("since")?,
                secret: Secret(columns.get("secret")?),
            })
        },
    )?;
    identity.ok_or_else(|| StorageError::Corrupt {
        table: "meta",
        column: "id",
        row: "1".to_owned(),
    })
}

/// Initialises a new register: its first epoch, at revision 0.
pub(super) fn install(
    connection: &Connection,
    register: &RegisterId,
    since: Timestamp,
    random: &mut dyn RngCore,
) -> Result<(), StorageError> {
    connection.execute(
        "INSERT INTO meta (id, register, epoch, revision, compacted, since, secret) VALUES (1, ?1, ?2, 0, 0, ?3, ?4)",
        (
            register.as_str(),
            new_epoch(random).to_string(),
            time_text(since),
            new_secret(random),
        ),
    )?;
    Ok(())
}

/// Starts a new epoch of a restored register, because consumers may have seen commits that the backup lacks. Also replaces the
/// secret, so that page tokens of one epoch are invalid in another.
pub(super) fn renew(connection: &Connection, since: Timestamp, random: &mut dyn RngCore) -> Result<(), StorageError> {
    connection.execute(
        "UPDATE meta SET epoch = ?1, since = ?2, secret = ?3 WHERE id = 1",
        (new_epoch(random).to_string(), time_text(since), new_secret(random)),
    )?;
    Ok(())
}

/// Advances to the next revision, for the commit of the current transaction.
pub(super) fn advance(connection: &Connection) -> Result<Position, StorageError> {
    connection
        .prepare_cached("UPDATE meta SET revision = revision + 1 WHERE id = 1")?
        .execute([])?;
    Ok(get(connection)?.position)
}

/// Records that log rows up to and including `revision` have been compacted.
pub(super) fn set_compacted(connection: &Connection, revision: Revision) -> Result<(), StorageError> {
    connection
        .prepare_cached("UPDATE meta SET compacted = ?1 WHERE id = 1")?
        .execute([revision_number(revision)])?;
    Ok(())
}

pub(super) fn parse_epoch(text: &str) -> Result<Epoch, uuid::Error> {
    Uuid::parse_str(text).map(Epoch::from_uuid)
}

fn new_epoch(random: &mut dyn RngCore) -> Epoch {
    let mut bytes = [0; 16];
    random.fill_bytes(&mut bytes);
    Epoch::from_uuid(uuid::Builder::from_random_bytes(bytes).into_uuid())
}

fn new_secret(random: &mut dyn RngCore) -> [u8; 32] {
    let mut bytes = [0; 32];
    random.fill_bytes(&mut bytes);
    bytes
}
