//! Copies of other registers: what they hold, and how far the copy is, kept by one transaction.
//!
//! A copy is derived data. It has no log, is in no backup, and can be thrown away: it is fetched again. Each lies apart from
//! this register's own tables and from every other copy, so that none waits for another, and a peer that is removed leaves
//! nothing behind. The personal part of an entry is kept and erased as in the register itself.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use register::entry::Entry;
use register::identifier::{OfficerName, OrganisationId, RegisterId};
use register::organisation::Organisation;
use register::position::Position;

use crate::error::StorageError;

/// The copies that a register keeps of others.
#[async_trait]
pub trait Replicas: Send + Sync + std::fmt::Debug {
    /// The copy of `register`, which is empty if there was none. One that is damaged, or of another version, is begun anew.
    async fn open(&self, register: &RegisterId) -> Result<Arc<dyn Replica>, StorageError>;

    /// The registers of which there is a copy, in order.
    async fn list(&self) -> Result<Vec<RegisterId>, StorageError>;

    /// Removes the copy of `register` for good. It must not be open.
    async fn remove(&self, register: &RegisterId) -> Result<(), StorageError>;
}

/// A copy of a register.
#[async_trait]
pub trait Replica: Send + Sync + std::fmt::Debug {
    /// How far it is; none while it was never complete.
    async fn state(&self) -> Result<Option<ReplicaState>, StorageError>;

    /// Organisations in order of id, from after `after`.
    async fn organisations(&self, after: Option<&OrganisationId>, limit: usize) -> Result<Vec<Organisation>, StorageError>;

    /// Entries in order of name, from after `after`. Their revisions are those of the register that they were copied from.
    async fn entries(&self, after: Option<&OfficerName>, limit: usize) -> Result<Vec<Entry>, StorageError>;

    /// Takes a step: all of it and the position after it, or nothing. The same step twice ends in the same state.
    async fn apply(&self, step: ReplicaStep) -> Result<(), StorageError>;

    /// Closes it, after what is under way.
    async fn close(&self);
}

/// How far a copy is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplicaState {
    /// The position of the other register that it shows.
    pub position: Position,
    /// When the other register last said so.
    pub fetched_at: Timestamp,
}

/// What brings a copy to another position.
#[derive(Clone, Debug, PartialEq)]
pub struct ReplicaStep {
    /// How far it is after it.
    pub state: ReplicaState,
    /// Whether it names all that there is: what it does not name is gone.
    pub is_whole: bool,
    /// Organisations that are new or changed.
    pub organisations: Vec<Organisation>,
    /// Entries that are new or changed, each of an organisation that is there. Applied after `withdrawn`.
    pub entries: Vec<Entry>,
    /// Entries that are gone. What is not there is no mistake.
    pub withdrawn: Vec<OfficerName>,
    /// Organisations that are gone, with their entries. Applied last.
    pub forgotten: Vec<OrganisationId>,
}

impl ReplicaStep {
    /// A step that changes nothing but the position.
    pub fn to(state: ReplicaState) -> Self {
        Self {
            state,
            is_whole: false,
            organisations: Vec::new(),
            entries: Vec::new(),
            withdrawn: Vec::new(),
            forgotten: Vec::new(),
        }
    }
}
