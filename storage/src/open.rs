//! Opens storage by address, which selects the backend.
//!
//! To add a backend: a variant of [`Address`], an arm in each function here, and a fixture in `tests/storage`.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use jiff::Timestamp;
use register::identifier::{ParseIdentifierError, RegisterId};

use crate::contract::Storage;
use crate::error::StorageError;
use crate::findings::Restored;
use crate::random::Random;
use crate::replica::Replicas;
use crate::sqlite::{SqliteReplicas, SqliteStorage};

/// The address of a register: `sqlite:PATH`, or a path alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// An SQLite file.
    Sqlite(PathBuf),
}

impl FromStr for Address {
    type Err = ParseIdentifierError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let problem = |problem| ParseIdentifierError {
            what: "storage address",
            problem,
        };
        let path = text.strip_prefix("sqlite:").unwrap_or(text);
        if path.is_empty() {
            return Err(problem("it has no path, as in `sqlite:register.db`"));
        }
        if path.contains("://") {
            return Err(problem("this version only supports `sqlite:PATH`"));
        }
        Ok(Self::Sqlite(path.into()))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
        }
    }
}

/// Creates a register at an unused address and opens it.
pub async fn create(
    address: &Address,
    register: RegisterId,
    time: Timestamp,
    random: Random,
) -> Result<Arc<dyn Storage>, StorageError> {
    match address {
        Address::Sqlite(path) => Ok(Arc::new(SqliteStorage::create(path, register, time, random).await?)),
    }
}

/// Opens the register at an address and migrates its schema if necessary.
pub async fn open(address: &Address, random: Random) -> Result<Arc<dyn Storage>, StorageError> {
    match address {
        Address::Sqlite(path) => Ok(Arc::new(SqliteStorage::open(path, random).await?)),
    }
}

/// Opens the register at an address, or creates it if there is none. Refuses a register with another id.
pub async fn open_or_create(
    address: &Address,
    register: RegisterId,
    time: Timestamp,
    random: Random,
) -> Result<Arc<dyn Storage>, StorageError> {
    match address {
        Address::Sqlite(path) => Ok(Arc::new(SqliteStorage::open_or_create(path, register, time, random).await?)),
    }
}

/// The replicas of other registers that belong to the register at an address. For SQLite, in the folder `replicas` beside it.
pub fn replicas(address: &Address, random: Random) -> Arc<dyn Replicas> {
    match address {
        Address::Sqlite(path) => Arc::new(SqliteReplicas::new(path.with_file_name("replicas"), random)),
    }
}

/// Verifies a backup and restores it to an unused address. The content is the same, the epoch is new.
pub async fn restore(backup: &Path, address: &Address, time: Timestamp, random: Random) -> Result<Restored, StorageError> {
    match address {
        Address::Sqlite(path) => SqliteStorage::restore(backup, path, time, random).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_path_with_or_without_scheme() {
        let expected = Address::Sqlite("data/register.db".into());
        assert_eq!("data/register.db".parse(), Ok(expected.clone()));
        assert_eq!("sqlite:data/register.db".parse(), Ok(expected.clone()));
        assert_eq!(expected.to_string(), "sqlite:data/register.db");
    }

    #[test]
    fn an_unsupported_address_is_refused_without_repeating_it() {
        let error = "postgres://user:secret@host/register".parse::<Address>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "not a valid storage address: this version only supports `sqlite:PATH`"
        );
        assert!("sqlite:".parse::<Address>().is_err());
    }
}
