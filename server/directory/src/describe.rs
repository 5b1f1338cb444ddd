//! Describes this register to a peer.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use register::grant::Role;
use register::identifier::{OrganisationId, RegisterId};
use register::oin::Oin;
use register::organisation::{Organisation, OrganisationStatus};
use register::peer::{Sharing, SharingLevel};
use register::position::Position;
use register::view::View;
use server_core::authorisation;
use server_core::error::Error;
use server_core::identity::Caller;
use sha2::{Digest as _, Sha256};

use super::Directory;

/// The description of this register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// Its register id.
    pub register: RegisterId,
    /// Its current position.
    pub position: Position,
    /// The version of the search analyser.
    pub analyser_version: String,
    /// The hash of the words that compounds are split into, which the vocabulary extends.
    pub vocabulary_hash: String,
    /// The hash of the lexicon, as far as it decides the terms of entries.
    pub lexicon_hash: String,
    /// The versions by which it understands questions.
    pub understanding_version: String,
    /// The organisations that it holds and the peer may see, in order of id. Organisations with status `known` are left out.
    pub organisations: Vec<HeldOrganisation>,
    /// The hash over these organisations.
    pub organisations_hash: String,
    /// The time by its clock.
    pub time: Timestamp,
}

/// An organisation that this register holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldOrganisation {
    /// Its id.
    pub id: OrganisationId,
    /// Its status.
    pub status: OrganisationStatus,
    /// How far it shares its officers with the peer.
    pub sharing: SharingLevel,
    /// Its details, without its sharing settings.
    pub organisation: Arc<Organisation>,
}

impl Directory {
    /// Requires the role `peer`.
    pub fn may_peer(&self, view: &View, caller: &Caller) -> Result<(), Error> {
        authorisation::for_any_organisation(view, &caller.acting, &[Role::Peer], self.clock.today()).map(|_| ())
    }

    /// Describes this register to the peer `caller`.
    pub async fn describe(&self, caller: &Caller) -> Result<Description, Error> {
        let view = self.views.current();
        self.may_peer(&view, caller)?;
        let shared = self.shared_with(&view, caller.acting.oin()).await?;
        let versions = self.language.versions();
        Ok(Description {
            register: self.register.clone(),
            position: view.position(),
            analyser_version: versions.analyser.to_string(),
            vocabulary_hash: versions.vocabulary.clone(),
            lexicon_hash: versions.lexicon.clone(),
            understanding_version: self.language.understanding_version().to_owned(),
            organisations: shared.organisations.clone(),
            organisations_hash: shared.hash.clone(),
            time: self.clock.now(),
        })
    }

    /// Returns the organisations of this register that `peer` may see. The result is cached until the register changes, and made
    /// on a thread for blocking work: that takes time in proportion to the number of organisations.
    pub(super) async fn shared_with(&self, view: &Arc<View>, peer: &Oin) -> Result<Arc<SharedOrganisations>, Error> {
        if let Some(shared) = self.shared.current(view, peer) {
            return Ok(shared);
        }
        let _building = self.shared.building.lock().await;
        if let Some(shared) = self.shared.current(view, peer) {
            return Ok(shared);
        }
        let (seen, asker) = (Arc::clone(view), peer.clone());
        let build = move || Arc::new(SharedOrganisations::new(&seen, &asker));
        let shared = self.tasks.blocking(build).await?;
        self.shared.keep(peer, &shared);
        Ok(shared)
    }
}

/// What each peer may see, kept until the register changes.
#[derive(Default)]
pub(super) struct SharedCache {
    /// Held only to look something up.
    peers: Mutex<HashMap<Oin, Arc<SharedOrganisations>>>,
    /// Held while one is made, so that simultaneous requests of a peer wait for the same one.
    building: tokio::sync::Mutex<()>,
}

impl SharedCache {
    fn current(&self, view: &View, peer: &Oin) -> Option<Arc<SharedOrganisations>> {
        let peers = self.peers.lock().unwrap_or_else(PoisonError::into_inner);
        let shared = peers.get(peer).filter(|shared| shared.position == view.position());
        shared.map(Arc::clone)
    }

    fn keep(&self, peer: &Oin, shared: &Arc<SharedOrganisations>) {
        let mut peers = self.peers.lock().unwrap_or_else(PoisonError::into_inner);
        if peers.len() >= MAX_CACHED_PEERS {
            peers.clear();
        }
        peers.insert(peer.clone(), Arc::clone(shared));
    }
}

/// Maximum number of peers in the cache.
const MAX_CACHED_PEERS: usize = 1_000;

/// The organisations of this register that one peer may see.
#[derive(Debug)]
pub(super) struct SharedOrganisations {
    position: Position,
    pub(super) organisations: Vec<HeldOrganisation>,
    /// The hash over `organisations`, in hexadecimal.
    pub(super) hash: String,
    /// Organisations whose officers the peer does not get: the register only knows them, or they do not share with the peer.
    pub(super) withheld: BTreeSet<OrganisationId>,
}

impl SharedOrganisations {
    /// Returns the withheld organisations that have officers. They are few: most are only known.
    pub(super) fn withheld_with_officers<'a>(&'a self, view: &'a View) -> impl Iterator<Item = OrganisationId> + 'a {
        let have = self.withheld.iter().filter(|id| view.entries_of(id).next().is_some());
        have.cloned()
    }

    fn new(view: &View, peer: &Oin) -> Self {
        let mut hash = Sha256::new();
        let mut organisations = Vec::new();
        let mut withheld = BTreeSet::new();
        for organisation in view.organisations() {
            let sharing = organisation.sharing.with(peer);
            if organisation.status == OrganisationStatus::Known || sharing == SharingLevel::None {
                withheld.insert(organisation.id.clone());
                continue;
            }
            // A peer does not learn which other registers the organisation shares with.
            let shown = Organisation {
                sharing: Sharing::default(),
                ..Organisation::clone(organisation)
            };
            let json = serde_json::to_vec(&shown).expect("an organisation is plain data, which JSON can always hold");
            hash.update(sharing.as_str());
            hash.update(json);
            organisations.push(HeldOrganisation {
                id: organisation.id.clone(),
                status: organisation.status,
                sharing,
                organisation: Arc::new(shown),
            });
        }
        Self {
            position: view.position(),
            organisations,
            hash: hex::encode(hash.finalize()),
            withheld,
        }
    }
}
