//! Replicas of other registers. One transaction updates both the content and the position.
//!
//! A replica is derived data. It has no log and no backup, and can be deleted and fetched again. Each replica is separate from
//! this register's own tables and from other replicas, so that none blocks another and a removed peer leaves nothing behind.
//! Personal parts of entries are stored and erased as in the register itself.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use register::entry::Entry;
use register::identifier::{OfficerName, OrganisationId, RegisterId};
use register::organisation::Organisation;
use register::position::Position;

use crate::error::StorageError;

/// The replicas that a register keeps.
#[async_trait]
pub trait Replicas: Send + Sync + std::fmt::Debug {
    /// Opens the replica of `register`, which is empty if new. Recreates one that is damaged or has another version.
    async fn open(&self, register: &RegisterId) -> Result<Arc<dyn Replica>, StorageError>;

    /// The registers that have a replica, in order.
    async fn list(&self) -> Result<Vec<RegisterId>, StorageError>;

    /// Deletes the replica of `register`. It must not be open.
    async fn remove(&self, register: &RegisterId) -> Result<(), StorageError>;
}

/// A replica of a register.
#[async_trait]
pub trait Replica: Send + Sync + std::fmt::Debug {
    /// Its state. None until it has been complete once.
    async fn state(&self) -> Result<Option<ReplicaState>, StorageError>;

    /// Organisations in order of id, starting after `after`.
    async fn organisations(&self, after: Option<&OrganisationId>, limit: usize) -> Result<Vec<Organisation>, StorageError>;

    /// Entries in order of name, starting after `after`. Their revisions are those of the replicated register.
    async fn entries(&self, after: Option<&OfficerName>, limit: usize) -> Result<Vec<Entry>, StorageError>;

    /// Applies a step and its position atomically. Idempotent: repeating a step yields the same state.
    async fn apply(&self, step: ReplicaStep) -> Result<(), StorageError>;

    /// Begins to receive a full state, on disk and beside the replica. Removes what an earlier one left. One may arrive at a time.
    async fn begin_arrival(&self) -> Result<Box<dyn ReplicaArrival>, StorageError>;

    /// Closes the replica after pending work.
    async fn close(&self);
}

/// A full state that is arriving. It is removed when dropped, or at the next start, unless it is finished.
#[async_trait]
pub trait ReplicaArrival: Send + Sync + std::fmt::Debug {
    /// Adds a part. Returns false if something in it has arrived before; the arrival cannot be finished then.
    async fn add(&self, organisations: Vec<Organisation>, entries: Vec<Entry>) -> Result<bool, StorageError>;

    /// Replaces the content of the replica by the organisations in `kept` and their entries. Returns the names of the other
    /// entries.
    async fn finish(
        self: Box<Self>,
        state: ReplicaState,
        kept: BTreeSet<OrganisationId>,
    ) -> Result<Vec<OfficerName>, StorageError>;
}

/// The state of a replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplicaState {
    /// The position of the replicated register.
    pub position: Position,
    /// When the replicated register last confirmed that position.
    pub fetched_at: Timestamp,
}

/// A step that moves a replica to another position.
#[derive(Clone, Debug, PartialEq)]
pub struct ReplicaStep {
    /// The state after the step.
    pub state: ReplicaState,
    /// New or changed organisations.
    pub organisations: Vec<Organisation>,
    /// New or changed entries, each of an existing organisation. Applied after `withdrawn`.
    pub entries: Vec<Entry>,
    /// Withdrawn entries. Unknown ones are ignored.
    pub withdrawn: Vec<OfficerName>,
    /// Removed organisations, with their entries. Applied last.
    pub forgotten: Vec<OrganisationId>,
}

impl ReplicaStep {
    /// Creates a step that only changes the position.
    pub fn to(state: ReplicaState) -> Self {
        Self {
            state,
            organisations: Vec::new(),
            entries: Vec::new(),
            withdrawn: Vec::new(),
            forgotten: Vec::new(),
        }
    }
}
