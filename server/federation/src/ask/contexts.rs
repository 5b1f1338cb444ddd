//! What questions to all registers are understood with: the organisations of this register and of its peers.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use index::{Context, Language};
use register::authority::Authorities;
use register::identifier::{OrganisationId, RegisterId};
use register::organisation::Organisation;
use register::peer::PeerMode;
use server_core::views::Searchable;

use crate::peers::Peer;

/// The organisations for which peers are authoritative, as these know them.
pub type Foreign = BTreeMap<OrganisationId, Arc<Organisation>>;

/// What questions to all registers are understood with, kept as long as no organisation changes.
#[derive(Default)]
pub struct Contexts(Mutex<Option<Made>>);

struct Made {
    own: Arc<Context>,
    authorities: Authorities,
    /// What each peer was known by: the context of its copy, or the hash of what it says it holds.
    peers: Vec<(RegisterId, Source)>,
    context: Arc<Context>,
    foreign: Arc<Foreign>,
}

enum Source {
    Copy(Arc<Context>),
    Described(String),
    Nothing,
}

impl Source {
    fn of(peer: &Peer) -> Self {
        let copied = peer.copied();
        if let Some(searchable) = copied.as_ref().and_then(|copied| copied.searchable()) {
            return Self::Copy(Arc::clone(searchable.shared_context()));
        }
        match peer.described() {
            Some(described) if peer.mode() == PeerMode::Query => Self::Described(described.organisations_hash.clone()),
            _ => Self::Nothing,
        }
    }

    fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Copy(one), Self::Copy(other)) => Arc::ptr_eq(one, other),
            (Self::Described(one), Self::Described(other)) => one == other,
            (Self::Nothing, Self::Nothing) => true,
            _ => false,
        }
    }
}

impl Contexts {
    pub(super) fn get(
        &self,
        own: &Searchable,
        peers: &BTreeMap<RegisterId, Arc<Peer>>,
        authorities: &Authorities,
        language: &Arc<Language>,
    ) -> (Arc<Context>, Arc<Foreign>) {
        let sources: Vec<(RegisterId, Source)> = peers.iter().map(|(id, peer)| (id.clone(), Source::of(peer))).collect();
        let mut made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_current = made.as_ref().is_some_and(|made| {
            Arc::ptr_eq(&made.own, own.shared_context())
                && made.authorities == *authorities
                && made.peers.len() == sources.len()
                && made
                    .peers
                    .iter()
                    .zip(&sources)
                    .all(|(one, other)| one.0 == other.0 && one.1.is(&other.1))
        });
        if let Some(made) = made.as_ref().filter(|_| is_current) {
            return (Arc::clone(&made.context), Arc::clone(&made.foreign));
        }
        let foreign = foreign(peers, authorities);
        let mut all: BTreeMap<&OrganisationId, &Organisation> = own
            .view()
            .organisations()
            .map(|organisation| (&organisation.id, organisation.as_ref()))
            .collect();
        all.extend(foreign.iter().map(|(id, organisation)| (id, organisation.as_ref())));
        let context = Arc::new(Context::new(Arc::clone(language), all.into_values()));
        let foreign = Arc::new(foreign);
        *made = Some(Made {
            own: Arc::clone(own.shared_context()),
            authorities: authorities.clone(),
            peers: sources,
            context: Arc::clone(&context),
            foreign: Arc::clone(&foreign),
        });
        (context, foreign)
    }
}

fn foreign(peers: &BTreeMap<RegisterId, Arc<Peer>>, authorities: &Authorities) -> Foreign {
    let mut foreign = Foreign::new();
    for (id, register) in authorities.of_peers() {
        let Some(peer) = peers.get(register) else { continue };
        let copied = peer.copied();
        let known = match &copied {
            Some(copied) => copied.view().organisation(id).cloned(),
            None => peer
                .described()
                .and_then(|described| described.held.get(id)?.organisation.clone()),
        };
        foreign.extend(known.map(|organisation| (id.clone(), organisation)));
    }
    foreign
}
