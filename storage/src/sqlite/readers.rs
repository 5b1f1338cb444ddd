//! Threads with a connection each that read; one that is free is used again.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::connection;
use super::erasure::Erasure;
use super::session::{Lease, Session};
use super::worker::{Worker, closed};
use crate::error::StorageError;

/// How many snapshots there may be at once. Further ones wait for a place.
const PLACES: usize = 16;

/// A transaction that reads sees the newest commit of the moment of its first statement, so that is part of its beginning.
const BEGIN: &str = "BEGIN DEFERRED; SELECT revision FROM meta";

/// The readers of a file.
#[derive(Debug)]
pub(super) struct Readers {
    path: PathBuf,
    places: Arc<Semaphore>,
    idle: Mutex<Vec<Worker>>,
    writer: Worker,
    erasure: Arc<Erasure>,
}

impl Readers {
    /// No reader yet: they are started when they are needed.
    pub(super) fn new(path: PathBuf, writer: Worker, erasure: Arc<Erasure>) -> Arc<Self> {
        Arc::new(Self {
            path,
            places: Arc::new(Semaphore::new(PLACES)),
            idle: Mutex::default(),
            writer,
            erasure,
        })
    }

    /// Begins a snapshot.
    pub(super) async fn begin(self: &Arc<Self>) -> Result<Session<Reading>, StorageError> {
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(|_| closed())?;
        let idle = self.idle().pop();
        let worker = match idle {
            Some(worker) => worker,
            None => self.start("storage-reader").await?,
        };
        let reading = Reading {
            worker: worker.clone(),
            readers: Arc::clone(self),
            _place: place,
        };
        Session::begin(worker, reading, BEGIN).await
    }

    /// A reader of its own, for work that takes long.
    pub(super) async fn start(&self, name: &str) -> Result<Worker, StorageError> {
        if self.places.is_closed() {
            return Err(closed());
        }
        let path = self.path.clone();
        Worker::start(name, move || connection::reader(&path)).await
    }

    /// Refuses new snapshots. Those under way go on to their end.
    pub(super) async fn close(&self) {
        self.places.close();
        let idle = std::mem::take(&mut *self.idle());
        for worker in idle {
            worker.close().await;
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Worker>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A reader in use.
pub(super) struct Reading {
    worker: Worker,
    readers: Arc<Readers>,
    _place: OwnedSemaphorePermit,
}

impl Lease for Reading {
    fn end(self, _connection: &Connection, _rolled_back: bool) {
        let Readers {
            places, writer, erasure, ..
        } = &*self.readers;
        erasure.settle_soon(writer);
        if !places.is_closed() {
            self.readers.idle().push(self.worker);
        }
    }
}
