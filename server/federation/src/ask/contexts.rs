//! The cache of the search context for all registers: the organisations of this register and of its peers.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use index::{Context, Language};
use register::authority::Authorities;
use register::identifier::{OrganisationId, RegisterId};
use register::organisation::Organisation;
use register::peer::PeerMode;
use server_core::views::Searchable;

use crate::peers::Peer;

/// The organisations for which peers are authoritative, as those peers describe them.
pub type PeerOrganisations = BTreeMap<OrganisationId, Arc<Organisation>>;

/// The context of federated searches, kept until an organisation changes.
#[derive(Default)]
pub struct ContextCache(Mutex<Option<CachedContext>>);

struct CachedContext {
    own: Arc<Context>,
    authorities: Authorities,
    /// What each peer's organisations came from: the context of its copy, or the hash in its description.
    peers: Vec<(RegisterId, ContextSource)>,
    context: Arc<Context>,
    peer_organisations: Arc<PeerOrganisations>,
}

enum ContextSource {
    Copy(Arc<Context>),
    Description(String),
    Nothing,
}

impl ContextSource {
    fn of(peer: &Peer) -> Self {
        let copy = peer.copy();
        if let Some(searchable) = copy.as_ref().and_then(|copy| copy.searchable()) {
            return Self::Copy(Arc::clone(searchable.shared_context()));
        }
        match peer.description() {
            Some(description) if peer.mode() == PeerMode::Query => Self::Description(description.organisations_hash.clone()),
            _ => Self::Nothing,
        }
    }

    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Copy(one), Self::Copy(other)) => Arc::ptr_eq(one, other),
            (Self::Description(one), Self::Description(other)) => one == other,
            (Self::Nothing, Self::Nothing) => true,
            _ => false,
        }
    }
}

impl ContextCache {
    pub(super) fn get(
        &self,
        own: &Searchable,
        peers: &BTreeMap<RegisterId, Arc<Peer>>,
        authorities: &Authorities,
        language: &Arc<Language>,
    ) -> (Arc<Context>, Arc<PeerOrganisations>) {
        let sources: Vec<(RegisterId, ContextSource)> =
            peers.iter().map(|(id, peer)| (id.clone(), ContextSource::of(peer))).collect();
        let mut cached = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_current = cached.as_ref().is_some_and(|cached| {
            Arc::ptr_eq(&cached.own, own.shared_context())
                && cached.authorities == *authorities
                && cached.peers.len() == sources.len()
                && cached
                    .peers
                    .iter()
                    .zip(&sources)
                    .all(|(one, other)| one.0 == other.0 && one.1.is_same(&other.1))
        });
        if let Some(cached) = cached.as_ref().filter(|_| is_current) {
            return (Arc::clone(&cached.context), Arc::clone(&cached.peer_organisations));
        }
        let peer_organisations = organisations_of(peers, authorities);
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
        let context = Arc::new(Context::new(Arc::clone(language), all.into_values()));
        let peer_organisations = Arc::new(peer_organisations);
        *cached = Some(CachedContext {
            own: Arc::clone(own.shared_context()),
            authorities: authorities.clone(),
            peers: sources,
            context: Arc::clone(&context),
            peer_organisations: Arc::clone(&peer_organisations),
        });
        (context, peer_organisations)
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
