//! How the node is.

use jiff::Timestamp;
use register::identifier::RegisterId;
use register::organisation::OrganisationStatus;
use register::position::{Position, Revision};
use server_core::error::Error;
use server_core::identity::Caller;

use super::Directory;

/// How the node is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeStatus {
    /// The register that it serves.
    pub register: RegisterId,
    /// Version of the software.
    pub version: &'static str,
    /// How far the log is.
    pub position: Position,
    /// How far search and routing are.
    pub view_position: Position,
    /// Log rows up to this revision are compacted away.
    pub compacted: Revision,
    /// When the epoch began.
    pub epoch_since: Timestamp,
    /// When the node started.
    pub started_at: Timestamp,
    /// Organisations, in all.
    pub organisations: usize,
    /// Organisations that publish.
    pub organisations_connected: usize,
    /// Entries.
    pub officers: usize,
    /// Entries whose verification no longer counts.
    pub officers_stale: usize,
    /// Version of the vocabulary.
    pub vocabulary_version: String,
    /// Version of the search analyser.
    pub analyser_version: String,
    /// When the node's own certificate ends.
    pub certificate_until: Option<Timestamp>,
}

impl Directory {
    /// How the node is, for an operator.
    pub async fn get_node_status(&self, caller: &Caller) -> Result<NodeStatus, Error> {
        self.may_operate(&self.views.current(), caller)?;
        self.status().await
    }

    /// How the node is, for its own metrics and health page.
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
