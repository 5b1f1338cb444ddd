//! Test fixtures: a register on a backend, for the duration of a test.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use rand::SeedableRng;
use rand::rngs::StdRng;
use register::change::{Actor, Applied, Mutation};
use register::entry::Entry;
use register::identifier::{OfficerName, RegisterId};
use register::position::Position;
use storage::{Address, Identity, Random, Replicas, Storage, StorageError};
use tempfile::TempDir;

use crate::sample::moment;

/// A new register on some backend.
#[async_trait]
pub(crate) trait Fixture: Sized + Send + Sync {
    async fn create() -> Self;

    fn storage(&self) -> Arc<dyn Storage>;

    /// A folder for backups.
    fn folder(&self) -> &Path;

    /// Closes and reopens the storage.
    async fn reopen(&mut self);

    /// Restores a backup to another register. `seed` determines its epoch.
    async fn restore(&self, backup: &Path, seed: u64) -> Result<Self, StorageError>;

    /// Commits `mutations` at `moment(0)`.
    async fn commit(&self, mutations: Vec<Mutation>) -> Applied {
        self.commit_at(0, mutations).await
    }

    /// Commits `mutations` at `moment(second)`.
    async fn commit_at(&self, second: i64, mutations: Vec<Mutation>) -> Applied {
        let mut transaction = self.storage().begin().await.unwrap();
        let applied = transaction.append(moment(second), Actor::node(), mutations).await.unwrap();
        assert_eq!(transaction.commit().await.unwrap(), applied.position);
        applied
    }

    /// Asserts that `mutations` are a conflict and change nothing.
    async fn refuses(&self, mutations: Vec<Mutation>) {
        let mut transaction = self.storage().begin().await.unwrap();
        let outcome = transaction.append(moment(0), Actor::node(), mutations).await;
        assert!(matches!(outcome, Err(StorageError::Conflict { .. })), "{outcome:?}");
    }

    async fn identity(&self) -> Identity {
        self.storage().snapshot().await.unwrap().identity().await.unwrap()
    }

    async fn position(&self) -> Position {
        self.identity().await.position
    }

    async fn entry(&self, name: &OfficerName) -> Option<Entry> {
        self.storage().snapshot().await.unwrap().entry(name).await.unwrap()
    }

    async fn entries(&self) -> Vec<Entry> {
        self.storage()
            .snapshot()
            .await
            .unwrap()
            .entries(None, None, usize::MAX)
            .await
            .unwrap()
    }

    /// Asserts that verification finds no problem.
    async fn assert_sound(&self) {
        let findings = self.storage().verify().await.unwrap();
        assert_eq!(findings.problems, Vec::<String>::new());
    }
}

/// A generator that yields the same bytes in every run.
pub(crate) fn random(seed: u64) -> Random {
    Box::new(StdRng::seed_from_u64(seed))
}

/// The replicas beside this register.
pub(crate) fn replicas(register: &impl Fixture) -> Arc<dyn Replicas> {
    storage::replicas(&Address::Sqlite(register.folder().join("register.db")), random(9))
}

pub(crate) fn register_id() -> RegisterId {
    RegisterId::parse("proef").unwrap()
}

/// A register in a file in a temporary folder.
pub(crate) struct SqliteFixture {
    folder: Arc<TempDir>,
    path: PathBuf,
    storage: Arc<dyn Storage>,
}

impl SqliteFixture {
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

#[async_trait]
impl Fixture for SqliteFixture {
    async fn create() -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let path = folder.path().join("register.db");
        let address = Address::Sqlite(path.clone());
        let storage = storage::create(&address, register_id(), moment(0), random(1)).await.unwrap();
        Self { folder, path, storage }
    }

    fn storage(&self) -> Arc<dyn Storage> {
        Arc::clone(&self.storage)
    }

    fn folder(&self) -> &Path {
        self.folder.path()
    }

    async fn reopen(&mut self) {
        self.storage.close().await.unwrap();
        self.storage = storage::open(&Address::Sqlite(self.path.clone()), random(2)).await.unwrap();
    }

    async fn restore(&self, backup: &Path, seed: u64) -> Result<Self, StorageError> {
        let path = self.folder.path().join(format!("restored-{seed}.db"));
        let address = Address::Sqlite(path.clone());
        storage::restore(backup, &address, moment(1000), random(seed)).await?;
        Ok(Self {
            folder: Arc::clone(&self.folder),
            storage: storage::open(&address, random(seed + 1)).await?,
            path,
        })
    }
}
