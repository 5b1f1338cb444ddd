//! The log of a register and the tables that follow from it, kept by one transaction.
//!
//! A [`Storage`] hands out consistent [`Snapshot`]s to read and owned [`Transaction`]s to write. A transaction is consumed
//! by `commit` and rolled back on drop; the revision is part of it, so history has no gaps. What a commit acknowledged is
//! durable. The personal part of an entry lies in tables of its own; log rows never hold it.
//!
//! Backends: SQLite in [`sqlite`]. Another one implements the three traits and passes `tests/storage/conformance`.
//!
//! To add a query: a method on [`Snapshot`] named by the glossary (get, list), plain SQL in the backend's file of that
//! aggregate, rows mapped in its `row.rs`, a fact in `tests/storage/conformance`.

use std::path::Path;

use async_trait::async_trait;
use jiff::Timestamp;
use register::change::{Actor, Applied, Commit, Mutation};
use register::entry::Entry;
use register::grant::Grant;
use register::identifier::{OfficerName, OrganisationId, RegisterId, RequestId};
use register::oin::Oin;
use register::organisation::Organisation;
use register::peer::Peer;
use register::position::{Position, Revision};

mod error;
mod open;
mod replica;
pub mod sqlite;

pub use error::StorageError;
pub use open::{Address, Random, create, open, open_or_create, replicas, restore};
pub use replica::{Replica, ReplicaState, ReplicaStep, Replicas};

/// Where a register is kept.
#[async_trait]
pub trait Storage: Send + Sync + std::fmt::Debug {
    /// Begins a write. There is one at a time; a second waits its turn.
    async fn begin(&self) -> Result<Box<dyn Transaction>, StorageError>;

    /// A consistent view of the newest commit, for reading.
    async fn snapshot(&self) -> Result<Box<dyn Snapshot>, StorageError>;

    /// Writes a complete copy to `target`, which must not be there yet. What was erased before is not in it.
    async fn backup(&self, target: &Path) -> Result<Position, StorageError>;

    /// Checks the storage through and through: pages, rows, the log's order, digests of personal parts that are there.
    async fn verify(&self) -> Result<Findings, StorageError>;

    /// Closes it: waits for the transaction under way, if any, and refuses new ones.
    async fn close(&self) -> Result<(), StorageError>;
}

/// A consistent view. All of its answers are of one position.
#[async_trait]
pub trait Snapshot: Send {
    /// The register and how far it is.
    async fn identity(&mut self) -> Result<Identity, StorageError>;

    /// One organisation.
    async fn organisation(&mut self, id: &OrganisationId) -> Result<Option<Organisation>, StorageError>;

    /// Organisations in order of id, from after `after`.
    async fn organisations(&mut self, after: Option<&OrganisationId>, limit: usize) -> Result<Vec<Organisation>, StorageError>;

    /// All grants, in order of OIN and organisation.
    async fn grants(&mut self) -> Result<Vec<Grant>, StorageError>;

    /// All peers, in order of register id.
    async fn peers(&mut self) -> Result<Vec<Peer>, StorageError>;

    /// One entry.
    async fn entry(&mut self, name: &OfficerName) -> Result<Option<Entry>, StorageError>;

    /// Entries in order of name, from after `after`, of one organisation or of all.
    async fn entries(
        &mut self,
        organisation: Option<&OrganisationId>,
        after: Option<&OfficerName>,
        limit: usize,
    ) -> Result<Vec<Entry>, StorageError>;

    /// Commits after `after` in order. An officer that a commit put carries its personal part if that is still the one that
    /// the log's digest stands for; otherwise a later commit has replaced or erased it, and it comes without.
    async fn commits(&mut self, after: Revision, limit: usize) -> Result<Vec<Commit>, StorageError>;

    /// Withdrawals that are remembered, newest last, of one officer or of all.
    async fn tombstones(&mut self, name: Option<&OfficerName>) -> Result<Vec<Tombstone>, StorageError>;

    /// Names of entries whose personal name ended before `day`, at most `limit`.
    async fn ended_names(&mut self, day: jiff::civil::Date, limit: usize) -> Result<Vec<OfficerName>, StorageError>;

    /// The answer that was given to a request before.
    async fn answer(&mut self, key: &RequestKey) -> Result<Option<StoredAnswer>, StorageError>;
}

/// A write under way. It reads its own writes. Dropping it rolls it back.
#[async_trait]
pub trait Transaction: Snapshot {
    /// Applies `mutations` in order as one commit, and gives what views need to follow it.
    /// At most once per transaction; nothing of it is visible to others before [`Transaction::commit`].
    ///
    /// A mutation of something that is not there (an officer or grant of an unknown organisation, the withdrawal of an unknown
    /// officer, the end of an unknown grant) is a [`StorageError::Conflict`]. After an error nothing of it was applied.
    async fn append(&mut self, time: Timestamp, actor: Actor, mutations: Vec<Mutation>) -> Result<Applied, StorageError>;

    /// Keeps the answer to a request, to be given again when the request is repeated. It must hold no personal data.
    /// A second answer to the same request is [`StorageError::AlreadyExists`].
    async fn remember(&mut self, key: &RequestKey, answer: StoredAnswer) -> Result<(), StorageError>;

    /// Forgets answers given before `answers_before`, and tombstones and log rows of before `history_before`. The newest
    /// commit always stays. Gives the revision up to which the log is now compacted.
    async fn compact(&mut self, answers_before: Timestamp, history_before: Timestamp) -> Result<Revision, StorageError>;

    /// Makes it durable and visible. When this answers `Ok`, it survives a crash.
    async fn commit(self: Box<Self>) -> Result<Position, StorageError>;
}

/// A register and how far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Its id.
    pub register: RegisterId,
    /// Epoch and revision.
    pub position: Position,
    /// Log rows up to and including this one are gone.
    pub compacted: Revision,
    /// When the register was made or restored: the beginning of the epoch.
    pub since: Timestamp,
    /// 32 random bytes that never leave the register: the key of page tokens and the like.
    pub secret: Secret,
}

/// Key material. Does not show itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub [u8; 32]);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(***)")
    }
}

/// That an officer was withdrawn. Kept for 30 days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tombstone {
    /// Which.
    pub name: OfficerName,
    /// By which commit.
    pub revision: Revision,
    /// When.
    pub time: Timestamp,
    /// Who came in its place.
    pub replaced_by: Option<OfficerName>,
}

/// What makes two requests the same: the caller, the organisation, the call and the caller's name for it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RequestKey {
    /// The caller.
    pub oin: Oin,
    /// The organisation that it acts for.
    pub organisation: Option<OrganisationId>,
    /// The call, `sync.SyncOfficers`.
    pub method: &'static str,
    /// The caller's name for the request.
    pub request_id: RequestId,
}

/// An answer that was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredAnswer {
    /// SHA-256 of the request, to tell a repetition from another request of the same name.
    pub request_digest: [u8; 32],
    /// The encoded answer. Without personal data.
    pub answer: Vec<u8>,
    /// When it was given.
    pub time: Timestamp,
}

/// What [`Storage::verify`] found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// Commits that were read.
    pub commits: u64,
    /// Entries that were read.
    pub entries: u64,
    /// Personal digests that were checked against what is still there.
    pub digests: u64,
    /// What is wrong, in words, without personal data. Empty when all is well.
    pub problems: Vec<String>,
}
