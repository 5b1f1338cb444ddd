//! Opens, creates and restores the store in the data folder, with errors that tell the operator what to do.

use std::path::Path;
use std::sync::Arc;

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use register::clock::Clock;
use register::identifier::RegisterId;
use storage::{Address, Random, Replicas, Storage, StorageError};
pub use storage::{Restored, WholeFile};

use super::DataError;
use crate::config;
use crate::error::chain;

/// A random generator for salts, epochs and secrets, seeded by the operating system.
pub fn random() -> Random {
    Box::new(StdRng::from_os_rng())
}

/// The store of copies in the data folder.
pub fn replicas(settings: &config::StorageSettings) -> Arc<dyn Replicas> {
    storage::replicas(&Address::Sqlite(settings.database()), random())
}

/// Opens the register in the data folder. Fails if it is not the configured one.
pub async fn open(settings: &config::StorageSettings) -> Result<Arc<dyn Storage>, DataError> {
    let path = settings.database();
    if !is_there(&path)? {
        return Err(DataError::NoRegister(path));
    }
    let opened = storage::open(&Address::Sqlite(path.clone()), random()).await;
    let storage = opened.map_err(|error| explained(&path, error))?;
    let found = storage
        .snapshot()
        .await
        .map_err(|error| explained(&path, error))?
        .identity()
        .await;
    let found = found.map_err(|error| explained(&path, error))?.register;
    match &settings.register {
        Some(expected) if *expected != found => Err(DataError::OtherRegister {
            expected: expected.clone(),
            found,
        }),
        _ => Ok(storage),
    }
}

/// Creates a register. Fails if there is one already.
pub async fn create(
    settings: &config::StorageSettings,
    register: RegisterId,
    clock: &dyn Clock,
) -> Result<Arc<dyn Storage>, DataError> {
    let path = settings.database();
    if is_there(&path)? {
        let message = format!(
            "there is already a register at `{}`; name another folder, or serve it",
            path.display()
        );
        return Err(DataError::Storage(message, None));
    }
    storage::create(&Address::Sqlite(path.clone()), register, clock.now(), random())
        .await
        .map_err(|error| explained(&path, error))
}

/// Verifies a backup and restores it into the data folder. Fails if there is a register already.
pub async fn restore(settings: &config::StorageSettings, backup: &Path, clock: &dyn Clock) -> Result<Restored, DataError> {
    let path = settings.database();
    if is_there(&path)? {
        let message = format!(
            "there is already a register at `{}`; move it away first, since nothing is overwritten",
            path.display()
        );
        return Err(DataError::Storage(message, None));
    }
    storage::restore(backup, &Address::Sqlite(path.clone()), clock.now(), random())
        .await
        .map_err(|error| explained(backup, error))
}

/// Converts a storage error into one that tells the operator what to do.
pub fn explained(path: &Path, error: StorageError) -> DataError {
    let message = chain(&error);
    match error {
        StorageError::Corrupt { .. } | StorageError::Driver(_) => DataError::Damaged {
            path: path.to_owned(),
            message,
        },
        error => DataError::Storage(format!("the database `{}`: {message}", path.display()), Some(error)),
    }
}

fn is_there(path: &Path) -> Result<bool, DataError> {
    path.try_exists().map_err(|source| DataError::File {
        path: path.to_owned(),
        source,
    })
}
