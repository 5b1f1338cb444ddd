//! Other registers: who they are, what is copied from them, and who speaks for which organisation.
//!
//! - [`ask`]: one question to all of them, and one answer
//! - [`peers`]: the registers that this one exchanges with, by configuration and by operators; a circuit and a connection each
//! - [`replicate`]: copies of peers that follow their changes
//! - [`Federation`]: keeps both in line with settings and log, and decides whose officers count (`register::authority`)
//!
//! Nothing here is in the way of a start: a node serves what it has, and says what is missing.

pub mod ask;
pub mod peers;
pub mod replicate;

mod authorities;
mod combined;
mod decisions;
mod fetch;
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

pub use replicate::{Copied, Provenance};

use ask::contexts::Contexts;
use combined::Combined;
pub use combined::{CombinedView, Sources};
use decisions::Decisions;
pub use fetch::{Fetched, Gap};
use peers::Peer;

/// What a federation is made of.
pub struct FederationParts {
    /// Peers that the configuration names.
    pub configured: Vec<register::peer::Peer>,
    /// The node's own certificate, which it shows to peers, and whom it believes about theirs.
    pub tls: config::TlsSettings,
    /// Where copies are kept.
    pub replicas: Arc<dyn Replicas>,
    /// The folder of their search indexes. What is in it can be lost without harm.
    pub index_dir: PathBuf,
}

/// The other registers, as this one sees them at the moment.
pub struct Federation {
    own: RegisterId,
    parts: FederationParts,
    clock: Arc<dyn Clock>,
    tasks: Tasks,
    language: Arc<Language>,
    views: watch::Receiver<Arc<View>>,
    peers: watch::Sender<Arc<BTreeMap<RegisterId, Arc<Peer>>>>,
    decisions: Arc<Decisions>,
    /// Grows whenever a copy shows something else.
    copies: Arc<watch::Sender<u64>>,
    combined: Mutex<Combined>,
    contexts: Contexts,
}

impl Federation {
    /// Begins to keep peers and copies. `views` shows this register.
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
            decisions: Arc::new(Decisions::new(alone)),
            copies: Arc::default(),
            combined: Mutex::default(),
            contexts: Contexts::default(),
        });
        tasks.spawn_vital("federation", Arc::clone(&federation).keep());
        federation
    }

    /// The register that this is.
    pub fn own(&self) -> &RegisterId {
        &self.own
    }

    /// The peers, by register id.
    pub fn peers(&self) -> Arc<BTreeMap<RegisterId, Arc<Peer>>> {
        self.peers.borrow().clone()
    }

    /// The peers that the configuration names.
    pub fn configured(&self) -> &[register::peer::Peer] {
        &self.parts.configured
    }

    /// Whether a register is named by the configuration.
    pub fn is_configured(&self, register: &RegisterId) -> bool {
        self.parts.configured.iter().any(|peer| peer.register == *register)
    }

    /// Who speaks for which organisation.
    pub fn authorities(&self) -> Arc<Authorities> {
        self.decisions.current()
    }

    /// The copies that can be answered from, by register id.
    pub fn copies(&self) -> Vec<Arc<Copied>> {
        self.peers().values().filter_map(|peer| peer.copied()).collect()
    }

    /// The copy that has the officers of `organisation`, if a peer speaks for it and is copied.
    pub fn copy_with(&self, organisation: &OrganisationId) -> Option<Arc<Copied>> {
        let Authority::Peer(register) = self.authorities().of(organisation) else {
            return None;
        };
        let copied = self.peers.borrow().get(&register)?.copied()?;
        copied.view().organisation(organisation).is_some().then_some(copied)
    }

    /// Whether the officers of `organisation` can be looked up here: they are this register's, or in a copy.
    pub fn holds(&self, organisation: &OrganisationId) -> bool {
        let is_of_peer = matches!(self.authorities().of(organisation), Authority::Peer(_));
        !is_of_peer || self.copy_with(organisation).is_some()
    }

    /// Where the officers of `organisation` come from, if not from this register.
    pub fn provenance(&self, organisation: &OrganisationId) -> Option<Provenance> {
        self.copy_with(organisation).map(|copied| copied.provenance())
    }

    /// An entry of a copy, and where it comes from.
    pub fn shown(&self, name: &OfficerName, today: jiff::civil::Date) -> Option<(Arc<Entry>, Provenance)> {
        let copied = self.copy_with(&name.organisation)?;
        let entry = copied.view().shown(name, today)?;
        Some((entry, copied.provenance()))
    }

    /// `own` with the organisations and officers of all copies. Its position is that of this register.
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

    /// Wakes its holder whenever a copy shows something else.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.copies.subscribe()
    }

    /// Lets go of copies and their indexes.
    pub async fn close(&self) {
        for peer in self.peers().values() {
            peer.stop().await;
        }
    }

    /// How far each copy is.
    pub fn positions(&self) -> Vec<(RegisterId, Position)> {
        let copies = self.copies();
        copies
            .iter()
            .map(|copied| (copied.register().clone(), copied.view().position()))
            .collect()
    }
}

impl std::fmt::Debug for Federation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let peers: Vec<RegisterId> = self.peers().keys().cloned().collect();
        f.debug_struct("Federation").field("peers", &peers).finish_non_exhaustive()
    }
}
