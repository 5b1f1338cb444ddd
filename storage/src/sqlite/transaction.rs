//! Write transactions: one at a time, on the writer's thread.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use jiff::Timestamp;
use register::change::{Actor, Applied, Mutation};
use register::position::{Position, Revision};
use rusqlite::Connection;
use tokio::sync::OwnedSemaphorePermit;

use super::append::append;
use super::error::of_commit;
use super::session::{Lease, Session};
use super::wal_truncation::WalTruncation;
use super::{answer, log, meta, tombstone};
use crate::contract::Transaction;
use crate::error::StorageError;
use crate::idempotency::{RequestKey, StoredAnswer};
use crate::random::Random;

/// Takes the database's write lock immediately, so that a transaction cannot fail on it later.
pub(super) const BEGIN: &str = "BEGIN IMMEDIATE";

/// The resources of a write transaction.
pub(super) struct WriteLease {
    /// The write lock, released on drop.
    pub(super) _permit: OwnedSemaphorePermit,
    pub(super) wal_truncation: Arc<WalTruncation>,
    pub(super) random: Arc<Mutex<Random>>,
    pub(super) has_appended: bool,
}

impl Lease for WriteLease {
    fn end(self, connection: &Connection, rolled_back: bool) {
        // Pages of a large write may be in the write-ahead log even without a commit.
        if rolled_back && self.has_appended {
            self.wal_truncation.request();
        }
        self.wal_truncation.run_if_pending(connection);
    }
}

#[async_trait]
impl Transaction for Session<WriteLease> {
    async fn append(&mut self, time: Timestamp, actor: Actor, mutations: Vec<Mutation>) -> Result<Applied, StorageError> {
        let lease = self.lease();
        if lease.has_appended {
            return Err(StorageError::Conflict {
                expected: "one append in a transaction".to_owned(),
                actual: "a second".to_owned(),
            });
        }
        // Set before the work, which runs even if this call is cancelled.
        lease.has_appended = true;
        let (wal_truncation, random) = (Arc::clone(&lease.wal_truncation), Arc::clone(&lease.random));
        self.run(move |connection| {
            let mut random = random.lock().unwrap_or_else(PoisonError::into_inner);
            let appended = append(connection, &mut **random, time, actor, mutations)?;
            if appended.erased {
                wal_truncation.request();
            }
            Ok(appended.applied)
        })
        .await
    }

    async fn put_answer(&mut self, key: &RequestKey, answer: StoredAnswer) -> Result<(), StorageError> {
        let key = key.clone();
        self.run(move |connection| answer::put(connection, &key, &answer)).await
    }

    async fn compact(&mut self, answers_before: Timestamp, history_before: Timestamp) -> Result<Revision, StorageError> {
        self.run(move |connection| {
            answer::compact(connection, answers_before)?;
            tombstone::compact(connection, history_before)?;
            if let Some(revision) = log::compact(connection, history_before)? {
                meta::set_compacted(connection, revision)?;
            }
            Ok(meta::get(connection)?.compacted)
        })
        .await
    }

    async fn commit(mut self: Box<Self>) -> Result<Position, StorageError> {
        let wal_truncation = Arc::clone(&self.lease().wal_truncation);
        // SQLite may have rolled back a failed commit itself, so `rolled_back` does not tell.
        self.end(move |connection| commit(connection).inspect_err(|_| wal_truncation.request()))
            .await
    }
}

#[tracing::instrument(level = "debug", name = "storage.log.commit", skip_all)]
fn commit(connection: &mut Connection) -> Result<Position, StorageError> {
    let position = meta::get(connection)?.position;
    connection.execute_batch("COMMIT").map_err(of_commit)?;
    Ok(position)
}
