//! Stores the log of a register and the tables derived from it, in one transaction per commit.
//!
//! A [`Storage`] opens consistent [`Snapshot`]s for reading and owned [`Transaction`]s for writing. `commit` consumes a
//! transaction; dropping it rolls it back. The transaction assigns the revision, so history has no gaps. A commit that
//! returned is durable. The personal part of an entry is stored in tables of its own; log rows never contain it.
//!
//! Backends: SQLite in [`sqlite`]. Another backend implements the three traits and passes `tests/storage/conformance`.
//!
//! To add a query: add a method to [`Snapshot`] named after the glossary (get, list), write plain SQL in the backend's file for
//! that aggregate, map its rows there, and add a fact to `tests/storage/conformance`.

mod contract;
mod error;
mod findings;
mod idempotency;
mod identity;
mod open;
mod random;
mod replica;
pub mod sqlite;
mod tombstone;

pub use contract::{Snapshot, Storage, Transaction};
pub use error::StorageError;
pub use findings::{Findings, Restored, WholeFile};
pub use idempotency::{RequestKey, StoredAnswer};
pub use identity::{Identity, Secret};
pub use open::{Address, create, open, open_or_create, replicas, restore};
pub use random::Random;
pub use replica::{Replica, ReplicaArrival, ReplicaState, ReplicaStep, Replicas};
pub use tombstone::Tombstone;
