//! A full state that arrives: a file beside the replica, with the same tables, that takes its place when it is complete.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use register::entry::Entry;
use register::identifier::{OfficerName, OrganisationId, RegisterId};
use register::organisation::Organisation;

use super::super::worker::Worker;
use super::{apply, file};
use crate::error::StorageError;
use crate::random::Random;
use crate::replica::{ReplicaArrival, ReplicaState};

/// The file of an arriving state, and the replica that it will replace.
pub(super) struct SqliteArrival {
    register: RegisterId,
    /// The path of the replica.
    path: PathBuf,
    worker: Worker,
    replica: Worker,
    random: Arc<Mutex<Random>>,
}

impl SqliteArrival {
    pub(super) async fn begin(
        register: &RegisterId,
        path: &Path,
        replica: &Worker,
        random: &Arc<Mutex<Random>>,
    ) -> Result<Self, StorageError> {
        let (target, replicated) = (path.to_owned(), register.clone());
        // On the thread of the replica, so after the removal of an earlier arrival.
        replica.run(move |_| file::begin_arrival(&target, &replicated)).await?;
        let arrival = file::arrival_path(path);
        let worker = Worker::start("storage-arrival", move || file::open_arrival(&arrival)).await?;
        Ok(Self {
            register: register.clone(),
            path: path.to_owned(),
            worker,
            replica: replica.clone(),
            random: Arc::clone(random),
        })
    }
}

#[async_trait]
impl ReplicaArrival for SqliteArrival {
    async fn add(&self, organisations: Vec<Organisation>, entries: Vec<Entry>) -> Result<bool, StorageError> {
        let random = Arc::clone(&self.random);
        let add = move |connection: &mut rusqlite::Connection| {
            let mut random = random.lock().unwrap_or_else(PoisonError::into_inner);
            apply::add(connection, &mut **random, &organisations, &entries)
        };
        self.worker.run(add).await
    }

    async fn finish(
        self: Box<Self>,
        state: ReplicaState,
        kept: BTreeSet<OrganisationId>,
    ) -> Result<Vec<OfficerName>, StorageError> {
        let random = Arc::clone(&self.random);
        let complete = move |connection: &mut rusqlite::Connection| {
            connection.pragma_update(None, "foreign_keys", true)?;
            let mut random = random.lock().unwrap_or_else(PoisonError::into_inner);
            apply::complete(connection, &mut **random, &state, &kept)
        };
        let refused = self.worker.run(complete).await?;
        self.worker.close().await;
        let (path, register) = (self.path.clone(), self.register.clone());
        let replace = move |connection: &mut rusqlite::Connection| file::replace(connection, &path, &register);
        self.replica.run(replace).await?;
        Ok(refused)
    }
}

impl Drop for SqliteArrival {
    /// Removes the file. After [`ReplicaArrival::finish`] there is none.
    fn drop(&mut self) {
        let arrival = file::arrival_path(&self.path);
        // Without the thread of the replica, the next start removes the file.
        self.replica.post(move |_| {
            if let Err(error) = file::remove(&arrival) {
                tracing::warn!(%error, "failed to remove a full state that did not become a copy");
            }
        });
    }
}

impl std::fmt::Debug for SqliteArrival {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqliteArrival")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}
