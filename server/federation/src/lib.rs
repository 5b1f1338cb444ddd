//! Federation: peers, copies of their data, searches over several registers, and which register is authoritative for an
//! organisation.
//!
//! - [`ask`]: searches and suggestions over this register, copies and peers
//! - [`peers`]: the registers that this one exchanges data with, each with a circuit breaker and a connection
//! - [`replicate`]: copies of peers that follow their changes
//! - [`Federation`]: keeps peers and copies in line with the configuration and the log, and decides which register is
//!   authoritative for each organisation (`register::authority`)
//!
//! Start-up waits for none of this: a node serves what it has and reports what is missing.

pub mod ask;
pub mod peers;
pub mod replicate;

mod authorities;
mod combined;
mod decisions;
mod fetch;
mod received;
mod registry;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use index::Language;
use register::authority::{Authorities, Authority};
use register::clock::Clock;
use register::entry::Entry;
use register::identifier::{OfficerName, OrganisationId, RegisterId};
use register::position::Position;
use register::view::View;
use server_core::config;
use server_core::error::Error;
use server_core::lifecycle::Tasks;
use storage::Replicas;
use tokio::sync::watch;

pub use replicate::{PeerCopy, Provenance};

use ask::contexts::ContextCache;
use combined::CombinedCache;
pub use combined::{CombinedView, OrganisationSources};
use decisions::AuthorityDecisions;
pub use fetch::{Fetched, Gap};
use peers::Peer;

/// The settings and resources of a federation.
pub struct FederationParts {
    /// Peers named by the configuration.
    pub configured: Vec<register::peer::Peer>,
    /// The certificate that the node presents to peers, and the trust anchors that verify theirs.
    pub tls: config::TlsSettings,
    /// The stores of copies.
    pub replicas: Arc<dyn Replicas>,
    /// The folder of the search indexes of copies. They can be rebuilt, so their loss does no harm.
    pub index_dir: PathBuf,
    /// The bounds of what one peer may send.
    pub bounds: config::FederationSettings,
}

/// The current state of all other registers, as this one knows it.
pub struct Federation {
    own: RegisterId,
    parts: FederationParts,
    clock: Arc<dyn Clock>,
    tasks: Tasks,
    language: Arc<Language>,
    views: watch::Receiver<Arc<View>>,
    peers: watch::Sender<Arc<BTreeMap<RegisterId, Arc<Peer>>>>,
    decisions: Arc<AuthorityDecisions>,
    /// Incremented whenever a copy shows a new state.
    copies: Arc<watch::Sender<u64>>,
    combined: Mutex<CombinedCache>,
    contexts: Arc<ContextCache>,
}

impl Federation {
    /// Starts the tasks that keep peers and copies current. `views` delivers this register's views.
    pub fn start(
        own: RegisterId,
        parts: FederationParts,
        views: watch::Receiver<Arc<View>>,
        language: Arc<Language>,
        clock: Arc<dyn Clock>,
        tasks: &Tasks,
    ) -> Arc<Self> {
        let alone = authorities::own_only(&views.borrow());
        let federation = Arc::new(Self {
            own,
            parts,
            clock,
            tasks: tasks.clone(),
            language,
            peers: watch::Sender::default(),
            views,
            decisions: Arc::new(AuthorityDecisions::new(alone)),
            copies: Arc::default(),
            combined: Mutex::default(),
            contexts: Arc::default(),
        });
        tasks.spawn_vital("federation", Arc::clone(&federation).keep_current());
        federation
    }

    /// The id of this register.
    pub fn own(&self) -> &RegisterId {
        &self.own
    }

    /// All peers, by register id.
    pub fn peers(&self) -> Arc<BTreeMap<RegisterId, Arc<Peer>>> {
        self.peers.borrow().clone()
    }

    /// The peers that the configuration names.
    pub fn configured(&self) -> &[register::peer::Peer] {
        &self.parts.configured
    }

    /// Whether the configuration names `register` as a peer.
    pub fn is_configured(&self, register: &RegisterId) -> bool {
        self.parts.configured.iter().any(|peer| peer.register == *register)
    }

    /// Which register is authoritative for each organisation.
    pub fn authorities(&self) -> Arc<Authorities> {
        self.decisions.current()
    }

    /// The copies that hold a complete state, in order of register id.
    pub fn copies(&self) -> Vec<Arc<PeerCopy>> {
        self.peers().values().filter_map(|peer| peer.copy()).collect()
    }

    /// The peers that none of `copies` is of.
    pub fn without_copy(&self, copies: &[Arc<PeerCopy>]) -> Vec<RegisterId> {
        let has_copy = |register: &RegisterId| copies.iter().any(|copy| copy.register() == register);
        let peers = self.peers();
        peers.keys().filter(|register| !has_copy(register)).cloned().collect()
    }

    /// The copy with the officers of `organisation`, if its authority is a peer that is copied.
    pub fn copy_with(&self, organisation: &OrganisationId) -> Option<Arc<PeerCopy>> {
        let Authority::Peer(register) = self.authorities().of(organisation) else {
            return None;
        };
        let copy = self.peers.borrow().get(&register)?.copy()?;
        copy.view().organisation(organisation).is_some().then_some(copy)
    }

    /// Whether this node can answer for the officers of `organisation`: they are its own, or a copy has them.
    pub fn holds(&self, organisation: &OrganisationId) -> bool {
        let is_of_peer = matches!(self.authorities().of(organisation), Authority::Peer(_));
        !is_of_peer || self.copy_with(organisation).is_some()
    }

    /// The provenance of the officers of `organisation`; `None` if they are this register's own.
    pub fn provenance(&self, organisation: &OrganisationId) -> Option<Provenance> {
        self.copy_with(organisation).map(|copy| copy.provenance())
    }

    /// An entry of a copy as it is shown on `today`, with its provenance.
    pub fn shown(&self, name: &OfficerName, today: jiff::civil::Date) -> Option<(Arc<Entry>, Provenance)> {
        let copy = self.copy_with(&name.organisation)?;
        let entry = copy.view().shown(name, today)?;
        Some((entry, copy.provenance()))
    }

    /// Combines `own` with the organisations and officers of all copies. The result has the position of `own`.
    pub async fn combined(self: &Arc<Self>, own: Arc<View>) -> Result<CombinedView, Error> {
        let copies = self.copies();
        let authorities = self.authorities();
        if copies.is_empty() {
            return Ok(CombinedView::new(own, copies, authorities));
        }
        let federation = Arc::clone(self);
        self.tasks
            .blocking(move || {
                let mut combined = federation.combined.lock().unwrap_or_else(PoisonError::into_inner);
                let view = combined.at(&own, &copies, &authorities);
                CombinedView::new(view, copies, authorities)
            })
            .await
    }

    /// Notifies the receiver whenever a copy shows a new state.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.copies.subscribe()
    }

    /// Closes all copies and their indexes.
    pub async fn close(&self) {
        for peer in self.peers().values() {
            peer.stop().await;
        }
    }

    /// The position of each copy.
    pub fn positions(&self) -> Vec<(RegisterId, Position)> {
        let copies = self.copies();
        copies
            .iter()
            .map(|copy| (copy.register().clone(), copy.view().position()))
            .collect()
    }
}

impl std::fmt::Debug for Federation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let peers: Vec<RegisterId> = self.peers().keys().cloned().collect();
        f.debug_struct("Federation").field("peers", &peers).finish_non_exhaustive()
    }
}
