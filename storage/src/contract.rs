//! The three traits that a backend implements.

use std::path::Path;

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;
use register::change::{Actor, Applied, Commit, Mutation};
use register::entry::Entry;
use register::grant::Grant;
use register::identifier::{OfficerName, OrganisationId};
use register::organisation::Organisation;
use register::peer::Peer;
use register::position::{Position, Revision};

use crate::error::StorageError;
use crate::findings::Findings;
use crate::idempotency::{RequestKey, StoredAnswer};
use crate::identity::Identity;
use crate::tombstone::Tombstone;

/// The storage of one register.
#[async_trait]
pub trait Storage: Send + Sync + std::fmt::Debug {
    /// Begins a write. There is one at a time; the next waits for the write lock.
    async fn begin(&self) -> Result<Box<dyn Transaction>, StorageError>;

    /// Opens a consistent view of the latest commit, for reading.
    async fn snapshot(&self) -> Result<Box<dyn Snapshot>, StorageError>;

    /// Writes a complete copy to `target`, which must not exist yet. Erased data is not copied.
    async fn backup(&self, target: &Path) -> Result<Position, StorageError>;

    /// Verifies pages, rows, the order of the log, and the digests of the personal parts that still exist.
    async fn verify(&self) -> Result<Findings, StorageError>;

    /// Closes the storage: waits for the current transaction, if any, and refuses new ones.
    async fn close(&self) -> Result<(), StorageError>;
}

/// A consistent view: all reads see one position.
#[async_trait]
pub trait Snapshot: Send {
    /// The identity and position of the register.
    async fn identity(&mut self) -> Result<Identity, StorageError>;

    /// One organisation.
    async fn organisation(&mut self, id: &OrganisationId) -> Result<Option<Organisation>, StorageError>;

    /// Organisations in order of id, starting after `after`.
    async fn organisations(&mut self, after: Option<&OrganisationId>, limit: usize) -> Result<Vec<Organisation>, StorageError>;

    /// All grants, in order of OIN and organisation.
    async fn grants(&mut self) -> Result<Vec<Grant>, StorageError>;

    /// All peers, in order of register id.
    async fn peers(&mut self) -> Result<Vec<Peer>, StorageError>;

    /// One entry.
    async fn entry(&mut self, name: &OfficerName) -> Result<Option<Entry>, StorageError>;

    /// Entries in order of name, starting after `after`, of one organisation or of all.
    async fn entries(
        &mut self,
        organisation: Option<&OrganisationId>,
        after: Option<&OfficerName>,
        limit: usize,
    ) -> Result<Vec<Entry>, StorageError>;

    /// Commits in order, starting after `after`. An officer that a commit wrote has its personal part only if the stored part
    /// still matches the digest in the log. If a later commit has replaced or erased the part, it is absent.
    async fn commits(&mut self, after: Revision, limit: usize) -> Result<Vec<Commit>, StorageError>;

    /// The tombstones of one officer or of all, newest last.
    async fn tombstones(&mut self, name: Option<&OfficerName>) -> Result<Vec<Tombstone>, StorageError>;

    /// The number of officers of an organisation that were withdrawn at or after `since` and do not exist at this position.
    async fn withdrawn_since(&mut self, organisation: &OrganisationId, since: Timestamp) -> Result<usize, StorageError>;

    /// Names of at most `limit` entries whose personal name expired before `day`.
    async fn ended_names(&mut self, day: Date, limit: usize) -> Result<Vec<OfficerName>, StorageError>;

    /// The stored answer to an earlier request with this key.
    async fn answer(&mut self, key: &RequestKey) -> Result<Option<StoredAnswer>, StorageError>;
}

/// A write in progress. It reads its own writes and is rolled back when dropped.
#[async_trait]
pub trait Transaction: Snapshot {
    /// Applies `mutations` in order as one commit, and returns what views need to follow it.
    /// At most once per transaction; nothing is visible to others before [`Transaction::commit`].
    ///
    /// A mutation whose target does not exist (an officer or grant of an unknown organisation, the withdrawal of an unknown
    /// officer, the end of an unknown grant) is a [`StorageError::Conflict`]. After an error nothing has been applied.
    async fn append(&mut self, time: Timestamp, actor: Actor, mutations: Vec<Mutation>) -> Result<Applied, StorageError>;

    /// Stores the answer to a request, so that a repeated request receives it again. It must not contain personal data.
    /// A second answer to the same request is a [`StorageError::AlreadyExists`].
    async fn put_answer(&mut self, key: &RequestKey, answer: StoredAnswer) -> Result<(), StorageError>;

    /// Deletes answers given before `answers_before`, and tombstones and log rows written before `history_before`. The latest
    /// commit always stays. Returns the revision up to which the log is now compacted.
    async fn compact(&mut self, answers_before: Timestamp, history_before: Timestamp) -> Result<Revision, StorageError>;

    /// Makes the write durable and visible. Once this returns `Ok`, the write survives a crash.
    async fn commit(self: Box<Self>) -> Result<Position, StorageError>;
}
