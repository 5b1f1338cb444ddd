//! Stores peers, as configured by operators.

use register::identifier::RegisterId;
use register::peer::Peer;
use rusqlite::{Connection, Row};

use super::row::{Columns, all};
use super::value::to_json;
use crate::error::StorageError;

/// All peers, in order of register id.
#[tracing::instrument(level = "debug", name = "storage.peer.list", skip_all)]
pub(super) fn list(connection: &Connection) -> Result<Vec<Peer>, StorageError> {
    all(connection, "SELECT register, content FROM peer ORDER BY register", [], read)
}

/// Inserts a peer, or replaces the one with its register id.
#[tracing::instrument(level = "debug", name = "storage.peer.put", skip_all)]
pub(super) fn put(connection: &Connection, peer: &Peer) -> Result<(), StorageError> {
    connection
        .prepare_cached(
            "INSERT INTO peer (register, content) VALUES (?1, ?2) ON CONFLICT (register) DO UPDATE SET content = excluded.content",
        )?
        .execute((peer.register.as_str(), to_json(peer)))?;
    Ok(())
}

/// Deletes a peer. Returns whether it existed.
#[tracing::instrument(level = "debug", name = "storage.peer.remove", skip_all)]
pub(super) fn remove(connection: &Connection, register: &RegisterId) -> Result<bool, StorageError> {
    let removed = connection
        .prepare_cached("DELETE FROM peer WHERE register = ?1")?
        .execute([register.as_str()])?;
    Ok(removed > 0)
}

pub(super) fn read(row: &Row<'_>) -> Result<Peer, StorageError> {
    let columns = Columns::new(row, "peer", 1);
    let peer: Peer = columns.json("content")?;
    if peer.register == columns.parse("register", RegisterId::parse)? {
        Ok(peer)
    } else {
        Err(columns.corrupt("content"))
    }
}
