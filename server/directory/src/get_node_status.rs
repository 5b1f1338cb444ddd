//! Reports the status of the node.

use jiff::Timestamp;
use register::identifier::RegisterId;
use register::organisation::OrganisationStatus;
use register::position::{Position, Revision};
use server_core::error::Error;
use server_core::identity::Caller;

use super::Directory;

/// The status of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeStatus {
    /// The register that the node serves.
    pub register: RegisterId,
    /// The version of the software.
    pub version: &'static str,
    /// The position of the log.
    pub position: Position,
    /// The position that search and routing show.
    pub view_position: Position,
    /// The revision up to which the log is compacted.
    pub compacted: Revision,
    /// When the epoch began.
    pub epoch_since: Timestamp,
    /// When the node started.
    pub started_at: Timestamp,
    /// The number of organisations.
    pub organisations: usize,
    /// The number of connected organisations.
    pub organisations_connected: usize,
    /// The number of entries.
    pub officers: usize,
    /// The number of entries whose verification has expired.
    pub officers_stale: usize,
    /// The version of the vocabulary.
    pub vocabulary_version: String,
    /// The version of the search analyser.
    pub analyser_version: String,
    /// When the node's own certificate expires.
    pub certificate_until: Option<Timestamp>,
}

impl Directory {
    /// Returns the status of the node. Requires the role `operate`.
    pub async fn get_node_status(&self, caller: &Caller) -> Result<NodeStatus, Error> {
        self.may_operate(&self.views.current(), caller)?;
        self.status().await
    }

    /// Returns the status for the metrics of the node itself, without authorisation.
    pub async fn status(&self) -> Result<NodeStatus, Error> {
        let identity = self.storage.snapshot().await?.identity().await?;
        let view = self.views.current();
        let today = self.clock.today();
        let (connected, stale, counts) = self
            .tasks
            .blocking(move || {
                let organisations = view.organisations();
                let connected = organisations.filter(|organisation| organisation.status == OrganisationStatus::Connected);
                let stale = view.entries().filter(|entry| entry.is_stale_on(today));
                (connected.count(), stale.count(), view.counts())
            })
            .await?;
        Ok(NodeStatus {
            register: self.register.clone(),
            version: env!("CARGO_PKG_VERSION"),
            position: identity.position,
            view_position: self.view_position(),
            compacted: identity.compacted,
            epoch_since: identity.since,
            started_at: self.started_at,
            organisations: counts.organisations,
            organisations_connected: connected,
            officers: counts.entries,
            officers_stale: stale,
            vocabulary_version: self.knowledge.vocabulary.version().to_owned(),
            analyser_version: index::ANALYSER_VERSION.to_string(),
            certificate_until: (self.certificate_until)(),
        })
    }
}
