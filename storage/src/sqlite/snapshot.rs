//! Reads, for snapshots and transactions.

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;
use register::change::Commit;
use register::entry::Entry;
use register::grant::Grant;
use register::identifier::{OfficerName, OrganisationId};
use register::organisation::Organisation;
use register::peer::Peer;
use register::position::Revision;

use super::session::{Lease, Session};
use super::{answer, grant, log, meta, officer, organisation, peer, tombstone};
use crate::contract::Snapshot;
use crate::error::StorageError;
use crate::idempotency::{RequestKey, StoredAnswer};
use crate::identity::Identity;
use crate::tombstone::Tombstone;

#[async_trait]
impl<L: Lease> Snapshot for Session<L> {
    async fn identity(&mut self) -> Result<Identity, StorageError> {
        self.run(|connection| meta::get(connection)).await
    }

    async fn organisation(&mut self, id: &OrganisationId) -> Result<Option<Organisation>, StorageError> {
        let id = id.clone();
        self.run(move |connection| organisation::get(connection, &id)).await
    }

    async fn organisations(&mut self, after: Option<&OrganisationId>, limit: usize) -> Result<Vec<Organisation>, StorageError> {
        let after = after.cloned();
        self.run(move |connection| organisation::list(connection, after.as_ref(), limit))
            .await
    }

    async fn grants(&mut self) -> Result<Vec<Grant>, StorageError> {
        self.run(|connection| grant::list(connection)).await
    }

    async fn peers(&mut self) -> Result<Vec<Peer>, StorageError> {
        self.run(|connection| peer::list(connection)).await
    }

    async fn entry(&mut self, name: &OfficerName) -> Result<Option<Entry>, StorageError> {
        let name = name.clone();
        self.run(move |connection| Ok(officer::get(connection, &name)?.map(|stored| stored.entry)))
            .await
    }

    async fn entries(
        &mut self,
        organisation: Option<&OrganisationId>,
        after: Option<&OfficerName>,
        limit: usize,
    ) -> Result<Vec<Entry>, StorageError> {
        let (organisation, after) = (organisation.cloned(), after.cloned());
        self.run(move |connection| officer::list(connection, organisation.as_ref(), after.as_ref(), limit))
            .await
    }

    async fn commits(&mut self, after: Revision, limit: usize) -> Result<Vec<Commit>, StorageError> {
        self.run(move |connection| log::list(connection, after, limit)).await
    }

    async fn tombstones(&mut self, name: Option<&OfficerName>) -> Result<Vec<Tombstone>, StorageError> {
        let name = name.cloned();
        self.run(move |connection| tombstone::list(connection, name.as_ref())).await
    }

    async fn withdrawn_since(&mut self, organisation: &OrganisationId, since: Timestamp) -> Result<usize, StorageError> {
        let organisation = organisation.clone();
        self.run(move |connection| tombstone::count_since(connection, &organisation, since))
            .await
    }

    async fn ended_names(&mut self, day: Date, limit: usize) -> Result<Vec<OfficerName>, StorageError> {
        self.run(move |connection| officer::ended_names(connection, day, limit)).await
    }

    async fn answer(&mut self, key: &RequestKey) -> Result<Option<StoredAnswer>, StorageError> {
        let key = key.clone();
        self.run(move |connection| answer::get(connection, &key)).await
    }
}
