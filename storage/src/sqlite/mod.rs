//! The SQLite backend: a register in one file.
//!
//! One thread writes and several read, each with its own connection; WAL mode lets them work concurrently. The file belongs to
//! one node. Other processes may read it (backup, verify) and wait for the write lock.
//!
//! Each aggregate has a file with its SQL. `row` decodes rows, `value` encodes values, `append` turns mutations into changes and
//! writes. `personal` and `wal_truncation` ensure that erased data leaves no trace.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use jiff::Timestamp;
use register::identifier::RegisterId;
use register::position::Position;
use tokio::sync::Semaphore;

mod answer;
mod append;
mod blocking;
mod connection;
mod error;
mod file;
mod grant;
mod log;
mod meta;
mod officer;
mod organisation;
mod partial;
mod peer;
mod personal;
mod readers;
mod replica;
mod report;
mod row;
mod row_digest;
mod schema;
mod seal;
mod session;
mod snapshot;
mod tombstone;
mod transaction;
mod value;
mod verify;
mod wal_truncation;
mod worker;

use self::blocking::blocking;
use self::readers::Readers;
pub use self::replica::SqliteReplicas;
use self::seal::Seal;
use self::session::Session;
use self::transaction::WriteLease;
use self::wal_truncation::WalTruncation;
use self::worker::{Worker, closed};
use crate::contract::{Snapshot, Storage, Transaction};
use crate::error::StorageError;
use crate::findings::{Findings, Restored, WholeFile};
use crate::random::Random;

/// A register in an SQLite file.
pub struct SqliteStorage {
    path: PathBuf,
    writer: Worker,
    /// The lock for write transactions. Fair: first come, first served.
    write_lock: Arc<Semaphore>,
    readers: Arc<Readers>,
    wal_truncation: Arc<WalTruncation>,
    seal: Arc<Seal>,
    random: Arc<Mutex<Random>>,
}

impl SqliteStorage {
    /// Creates a register in a new file at `path` and opens it.
    pub async fn create(path: &Path, register: RegisterId, time: Timestamp, mut random: Random) -> Result<Self, StorageError> {
        let target = path.to_owned();
        let random = blocking(move || {
            file::create(&target, &register, time, &mut *random)?;
            Ok(random)
        })
        .await?;
        Self::open(path, random).await
    }

    /// Opens the register at `path` and migrates its schema if necessary.
    pub async fn open(path: &Path, random: Random) -> Result<Self, StorageError> {
        let target = path.to_owned();
        let seal = blocking(move || Seal::open(&target)).await?;
        let wal_truncation = WalTruncation::pending();
        let (target, truncation) = (path.to_owned(), Arc::clone(&wal_truncation));
        let writer = Worker::start("storage-writer", move || {
            let connection = connection::writer(&target)?;
            meta::get(&connection)?;
            truncation.run_if_pending(&connection);
            Ok(connection)
        })
        .await?;
        Ok(Self {
            path: path.to_owned(),
            write_lock: Arc::new(Semaphore::new(1)),
            readers: Readers::new(path.to_owned(), writer.clone(), Arc::clone(&wal_truncation)),
            writer,
            wal_truncation,
            seal: Arc::new(seal),
            random: Arc::new(Mutex::new(random)),
        })
    }

    /// Opens the register at `path`, or creates it if there is no file. Refuses a register with another id.
    pub async fn open_or_create(
        path: &Path,
        register: RegisterId,
        time: Timestamp,
        random: Random,
    ) -> Result<Self, StorageError> {
        let is_there = path.try_exists().map_err(|error| error::cannot_open(path, error))?;
        if !is_there {
            return Self::create(path, register, time, random).await;
        }
        let storage = Self::open(path, random).await?;
        let found = storage.snapshot().await?.identity().await?.register;
        if found == register {
            Ok(storage)
        } else {
            Err(StorageError::Conflict {
                expected: format!("the register `{register}`"),
                actual: format!("`{found}`"),
            })
        }
    }

    /// Verifies a backup and restores it to a new file at `target`. The content is the same, the epoch is new.
    pub async fn restore(backup: &Path, target: &Path, time: Timestamp, mut random: Random) -> Result<Restored, StorageError> {
        let (backup, target) = (backup.to_owned(), target.to_owned());
        blocking(move || file::restore(&backup, &target, time, &mut *random)).await
    }
}

#[async_trait]
impl Storage for SqliteStorage {
    async fn begin(&self) -> Result<Box<dyn Transaction>, StorageError> {
        let permit = Arc::clone(&self.write_lock).acquire_owned().await.map_err(|_| closed())?;
        let writing = WriteLease {
            _permit: permit,
            wal_truncation: Arc::clone(&self.wal_truncation),
            random: Arc::clone(&self.random),
            has_appended: false,
        };
        Ok(Box::new(
            Session::begin(self.writer.clone(), writing, transaction::BEGIN).await?,
        ))
    }

    async fn snapshot(&self) -> Result<Box<dyn Snapshot>, StorageError> {
        Ok(Box::new(self.readers.begin().await?))
    }

    async fn backup(&self, target: &Path) -> Result<Position, StorageError> {
        let target = target.to_owned();
        let worker = self.readers.start("storage-backup").await?;
        let outcome = worker.run(move |connection| file::backup(connection, &target)).await;
        worker.close().await;
        outcome
    }

    async fn verify(&self) -> Result<Findings, StorageError> {
        let worker = self.readers.start("storage-verify").await?;
        let outcome = worker.run(verify::verify).await;
        worker.close().await;
        let mut findings = outcome?;
        findings.whole_file = self.seal.found();
        if findings.whole_file == WholeFile::Different {
            let problem = "the file differs from what was written when it was last closed".to_owned();
            findings.problems.insert(0, problem);
        }
        Ok(findings)
    }

    async fn close(&self) -> Result<(), StorageError> {
        // If the lock is closed, so is the storage.
        if let Ok(_permit) = self.write_lock.acquire().await {
            self.write_lock.close();
            // Close the writer last: the last connection to close checkpoints the log.
            self.readers.close().await;
            self.writer.close().await;
            let seal = Arc::clone(&self.seal);
            blocking(move || seal.close()).await?;
        }
        Ok(())
    }
}

impl std::fmt::Debug for SqliteStorage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqliteStorage")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}
