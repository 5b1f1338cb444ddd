//! The cache of the search context for all registers: the organisations of this register and of its peers.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use index::{Context, Language};
use register::authority::Authorities;
use register::identifier::{OrganisationId, RegisterId};
use register::organisation::Organisation;
use register::peer::PeerMode;
use server_core::error::Error;
use server_core::lifecycle::Tasks;
use server_core::views::Searchable;

use crate::peers::{HeldOrganisation, Peer};

/// The organisations for which peers are authoritative, as those peers describe them.
pub type PeerOrganisations = BTreeMap<OrganisationId, Arc<Organisation>>;

/// The context of federated searches, kept until an organisation changes.
#[derive(Default)]
pub struct ContextCache {
    /// Held only to copy what it contains: every federated search takes it.
    cached: Mutex<Option<CachedContext>>,
    /// Held while a context is built, so that searches that need it wait for one build.
    building: tokio::sync::Mutex<()>,
}

/// A context, and the organisations of peers in it.
type FoundContext = (Arc<Context>, Arc<PeerOrganisations>);

struct CachedContext {
    own: Arc<Context>,
    authorities: Arc<Authorities>,
    /// What each peer's organisations came from: the context of its copy, or what its description holds.
    peers: Vec<(RegisterId, ContextSource)>,
    found: FoundContext,
}

enum ContextSource {
    Copy(Arc<Context>),
    Description(Arc<BTreeMap<OrganisationId, HeldOrganisation>>),
    Nothing,
}

impl ContextSource {
    fn of(peer: &Peer) -> Self {
        let copy = peer.copy();
        if let Some(searchable) = copy.as_ref().and_then(|copy| copy.searchable()) {
            return Self::Copy(Arc::clone(searchable.shared_context()));
        }
        match peer.description() {
            Some(description) if peer.mode() == PeerMode::Query => Self::Description(Arc::clone(&description.held)),
            _ => Self::Nothing,
        }
    }

    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Copy(one), Self::Copy(other)) => Arc::ptr_eq(one, other),
            (Self::Description(one), Self::Description(other)) => Arc::ptr_eq(one, other),
            (Self::Nothing, Self::Nothing) => true,
            _ => false,
        }
    }
}

impl ContextCache {
    /// Returns the context for these peers. Builds it on a thread for blocking work if an organisation has changed. A search that
    /// stops waiting does not stop the build.
    pub(super) async fn get(
        self: &Arc<Self>,
        own: &Arc<Searchable>,
        peers: &Arc<BTreeMap<RegisterId, Arc<Peer>>>,
        authorities: &Arc<Authorities>,
        language: &Arc<Language>,
        tasks: &Tasks,
    ) -> Result<FoundContext, Error> {
        if let Some(found) = self.current(own, peers, authorities) {
            return Ok(found);
        }
        let (cache, blocking) = (Arc::clone(self), tasks.clone());
        let (own, peers) = (Arc::clone(own), Arc::clone(peers));
        let (authorities, language) = (Arc::clone(authorities), Arc::clone(language));
        let build = async move {
            let _building = cache.building.lock().await;
            if let Some(found) = cache.current(&own, &peers, &authorities) {
                return Ok(found);
            }
            let built = blocking.blocking(move || build(&own, &peers, authorities, language)).await?;
            let found = built.found.clone();
            *cache.lock() = Some(built);
            Ok(found)
        };
        tasks.spawn(build).await.map_err(Error::internal)?
    }

    fn current(
        &self,
        own: &Searchable,
        peers: &BTreeMap<RegisterId, Arc<Peer>>,
        authorities: &Arc<Authorities>,
    ) -> Option<FoundContext> {
        let cached = self.lock();
        let cached = cached.as_ref()?;
        let is_same = Arc::ptr_eq(&cached.own, own.shared_context())
            && (Arc::ptr_eq(&cached.authorities, authorities) || cached.authorities == *authorities)
            && cached.peers.len() == peers.len()
            && cached
                .peers
                .iter()
                .zip(peers)
                .all(|(one, (id, peer))| one.0 == *id && one.1.is_same(&ContextSource::of(peer)));
        is_same.then(|| cached.found.clone())
    }

    fn lock(&self) -> MutexGuard<'_, Option<CachedContext>> {
        self.cached.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn build(
    own: &Searchable,
    peers: &BTreeMap<RegisterId, Arc<Peer>>,
    authorities: Arc<Authorities>,
    language: Arc<Language>,
) -> CachedContext {
    // Read first: a peer that changes meanwhile makes the next search build again.
    let sources = peers.iter().map(|(id, peer)| (id.clone(), ContextSource::of(peer))).collect();
    let peer_organisations = organisations_of(peers, &authorities);
    let mut all: BTreeMap<&OrganisationId, &Organisation> = own
        .view()
        .organisations()
        .map(|organisation| (&organisation.id, organisation.as_ref()))
        .collect();
    all.extend(
        peer_organisations
            .iter()
            .map(|(id, organisation)| (id, organisation.as_ref())),
    );
    let context = Arc::new(Context::new(language, all.into_values()));
    CachedContext {
        own: Arc::clone(own.shared_context()),
        authorities,
        peers: sources,
        found: (context, Arc::new(peer_organisations)),
    }
}

fn organisations_of(peers: &BTreeMap<RegisterId, Arc<Peer>>, authorities: &Authorities) -> PeerOrganisations {
    let mut peer_organisations = PeerOrganisations::new();
    for (id, register) in authorities.of_peers() {
        let Some(peer) = peers.get(register) else { continue };
        let copy = peer.copy();
        let known = match &copy {
            Some(copy) => copy.view().organisation(id).cloned(),
            None => peer
                .description()
                .and_then(|description| description.held.get(id)?.organisation.clone()),
        };
        peer_organisations.extend(known.map(|organisation| (id.clone(), organisation)));
    }
    peer_organisations
}
