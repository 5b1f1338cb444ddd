//! A pool of reader threads, each with its own connection.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::connection;
use super::session::{Lease, Session};
use super::wal_truncation::WalTruncation;
use super::worker::{Worker, closed};
use crate::error::StorageError;

/// The number of concurrent snapshots. Further ones wait for a permit.
const MAX_SNAPSHOTS: usize = 16;

/// Begins a read transaction. Its first statement determines the commit that it sees, so one is included.
const BEGIN: &str = "BEGIN DEFERRED; SELECT revision FROM meta";

/// The pool of readers of a file.
#[derive(Debug)]
pub(super) struct Readers {
    path: PathBuf,
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<Worker>>,
    writer: Worker,
    wal_truncation: Arc<WalTruncation>,
}

impl Readers {
    /// Creates an empty pool. Readers are started on demand.
    pub(super) fn new(path: PathBuf, writer: Worker, wal_truncation: Arc<WalTruncation>) -> Arc<Self> {
        Arc::new(Self {
            path,
            permits: Arc::new(Semaphore::new(MAX_SNAPSHOTS)),
            idle: Mutex::default(),
            writer,
            wal_truncation,
        })
    }

    /// Begins a snapshot.
    pub(super) async fn begin(self: &Arc<Self>) -> Result<Session<ReadLease>, StorageError> {
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| closed())?;
        let idle = self.idle().pop();
        let worker = match idle {
            Some(worker) => worker,
            None => self.start("storage-reader").await?,
        };
        let reading = ReadLease {
            worker: worker.clone(),
            readers: Arc::clone(self),
            _permit: permit,
        };
        Session::begin(worker, reading, BEGIN).await
    }

    /// Starts a reader outside the pool, for long work.
    pub(super) async fn start(&self, name: &str) -> Result<Worker, StorageError> {
        if self.permits.is_closed() {
            return Err(closed());
        }
        let path = self.path.clone();
        Worker::start(name, move || connection::reader(&path)).await
    }

    /// Refuses new snapshots. Current ones continue.
    pub(super) async fn close(&self) {
        self.permits.close();
        let idle = std::mem::take(&mut *self.idle());
        for worker in idle {
            worker.close().await;
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Worker>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A reader in use, returned to the pool at the end.
pub(super) struct ReadLease {
    worker: Worker,
    readers: Arc<Readers>,
    _permit: OwnedSemaphorePermit,
}

impl Lease for ReadLease {
    fn end(self, _connection: &Connection, _rolled_back: bool) {
        let Readers {
            permits,
            writer,
            wal_truncation,
            ..
        } = &*self.readers;
        wal_truncation.schedule(writer);
        if !permits.is_closed() {
            self.readers.idle().push(self.worker);
        }
    }
}
