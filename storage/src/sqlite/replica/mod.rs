//! Replicas of other registers, each in its own file: `replicas/{register}.db`.
//!
//! A full state arrives in a file beside it, which then takes its place: memory holds one part at a time.

mod apply;
mod arrival;
mod file;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use register::entry::Entry;
use register::identifier::{OfficerName, OrganisationId, RegisterId};
use register::organisation::Organisation;

use super::blocking::blocking;
use super::wal_truncation::WalTruncation;
use super::worker::Worker;
use super::{officer, organisation};
use crate::error::StorageError;
use crate::random::Random;
use crate::replica::{Replica, ReplicaArrival, ReplicaState, ReplicaStep, Replicas};
use arrival::SqliteArrival;

/// The replicas in a folder.
pub struct SqliteReplicas {
    folder: PathBuf,
    random: Arc<Mutex<Random>>,
}

impl SqliteReplicas {
    /// The replicas in `folder`, which is created with the first one.
    pub fn new(folder: PathBuf, random: Random) -> Self {
        Self {
            folder,
            random: Arc::new(Mutex::new(random)),
        }
    }
}

#[async_trait]
impl Replicas for SqliteReplicas {
    async fn open(&self, register: &RegisterId) -> Result<Arc<dyn Replica>, StorageError> {
        let (folder, register) = (self.folder.clone(), register.clone());
        let path = file::path(&folder, &register);
        let target = path.clone();
        let replicated = register.clone();
        let wal_truncation = WalTruncation::pending();
        let truncation = Arc::clone(&wal_truncation);
        let worker = Worker::start("storage-replica", move || {
            let connection = file::open_or_begin(&folder, &target, &register)?;
            truncation.run_if_pending(&connection);
            Ok(connection)
        })
        .await?;
        Ok(Arc::new(SqliteReplica {
            register: replicated,
            path,
            worker,
            wal_truncation,
            random: Arc::clone(&self.random),
        }))
    }

    async fn list(&self) -> Result<Vec<RegisterId>, StorageError> {
        let folder = self.folder.clone();
        blocking(move || file::list(&folder)).await
    }

    async fn remove(&self, register: &RegisterId) -> Result<(), StorageError> {
        let path = file::path(&self.folder, register);
        blocking(move || file::remove_all(&path)).await
    }
}

impl std::fmt::Debug for SqliteReplicas {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqliteReplicas")
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

/// A replica. One thread reads and writes it: a node reads it once at start and only writes it after that.
struct SqliteReplica {
    register: RegisterId,
    path: PathBuf,
    worker: Worker,
    wal_truncation: Arc<WalTruncation>,
    random: Arc<Mutex<Random>>,
}

#[async_trait]
impl Replica for SqliteReplica {
    async fn state(&self) -> Result<Option<ReplicaState>, StorageError> {
        self.worker.run(|connection| file::state(connection)).await
    }

    async fn organisations(&self, after: Option<&OrganisationId>, limit: usize) -> Result<Vec<Organisation>, StorageError> {
        let after = after.cloned();
        self.worker
            .run(move |connection| organisation::list(connection, after.as_ref(), limit))
            .await
    }

    async fn entries(&self, after: Option<&OfficerName>, limit: usize) -> Result<Vec<Entry>, StorageError> {
        let after = after.cloned();
        self.worker
            .run(move |connection| officer::list(connection, None, after.as_ref(), limit))
            .await
    }

    async fn apply(&self, step: ReplicaStep) -> Result<(), StorageError> {
        let (wal_truncation, random) = (Arc::clone(&self.wal_truncation), Arc::clone(&self.random));
        self.worker
            .run(move |connection| {
                let outcome = {
                    let mut random = random.lock().unwrap_or_else(PoisonError::into_inner);
                    apply::apply(connection, &mut **random, &step)
                };
                // Pages of a failed step may also be in the write-ahead log.
                if !matches!(outcome, Ok(false)) {
                    wal_truncation.request();
                }
                wal_truncation.run_if_pending(connection);
                outcome.map(drop)
            })
            .await
    }

    async fn begin_arrival(&self) -> Result<Box<dyn ReplicaArrival>, StorageError> {
        let arrival = SqliteArrival::begin(&self.register, &self.path, &self.worker, &self.random).await?;
        Ok(Box::new(arrival))
    }

    async fn close(&self) {
        self.worker.close().await;
    }
}

impl std::fmt::Debug for SqliteReplica {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqliteReplica")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}
