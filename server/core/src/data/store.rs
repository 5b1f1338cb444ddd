//! The store in the data folder: opening and making it, with errors that tell an operator what to do.

use std::path::Path;
use std::sync::Arc;

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use register::clock::Clock;
use register::identifier::RegisterId;
use register::position::Position;
use storage::{Address, Random, Replicas, Storage, StorageError};

use super::DataError;
use crate::config;

/// Randomness for salts, epochs and secrets, seeded by the operating system.
pub fn random() -> Random {
    Box::new(StdRng::from_os_rng())
}

/// The copies of other registers in the data folder.
pub fn replicas(settings: &config::StorageSettings) -> Arc<dyn Replicas> {
    storage::replicas(&Address::Sqlite(settings.database()), random())
}

/// Opens the register in the data folder.
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

/// Makes a register where there is none.
pub async fn create(
    settings: &config::StorageSettings,
    register: RegisterId,
    clock: &dyn Clock,
) -> Result<Arc<dyn Storage>, DataError> {
    let path = settings.database();
    if is_there(&path)? {
        let message = format!(
            "there is a register at `{}` already; name another folder, or serve it",
            path.display()
        );
        return Err(DataError::Storage(message, None));
    }
    storage::create(&Address::Sqlite(path.clone()), register, clock.now(), random())
        .await
        .map_err(|error| explained(&path, error))
}

/// Makes the register of the data folder out of a backup.
pub async fn restore(settings: &config::StorageSettings, backup: &Path, clock: &dyn Clock) -> Result<Position, DataError> {
    let path = settings.database();
    if is_there(&path)? {
        let message = format!(
            "there is a register at `{}` already; move it away first, nothing is overwritten",
            path.display()
        );
        return Err(DataError::Storage(message, None));
    }
    storage::restore(backup, &Address::Sqlite(path.clone()), clock.now(), random())
        .await
        .map_err(|error| explained(backup, error))
}

/// The error of a store at `path` for who must mend it.
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

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        // Some errors repeat their cause.
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        next = cause.source();
    }
    text
}

fn is_there(path: &Path) -> Result<bool, DataError> {
    path.try_exists().map_err(|source| DataError::File {
        path: path.to_owned(),
        source,
    })
}
