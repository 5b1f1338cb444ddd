//! What this register is, for a peer that asks.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError};

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

/// What this register is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// Its id.
    pub register: RegisterId,
    /// Where it stands.
    pub position: Position,
    /// Version of the search analyser.
    pub analyser_version: String,
    /// Hash of the vocabulary.
    pub vocabulary_hash: String,
    /// Hash of the lexicon.
    pub lexicon_hash: String,
    /// What it holds, other than what it merely knows, as far as the asker may see it; in order.
    pub organisations: Vec<HeldOrganisation>,
    /// A hash over them.
    pub organisations_hash: String,
    /// Its clock.
    pub time: Timestamp,
}

/// An organisation that this register holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldOrganisation {
    /// Which.
    pub id: OrganisationId,
    /// How far it is with joining.
    pub status: OrganisationStatus,
    /// What the asker may do with its officers.
    pub sharing: SharingLevel,
    /// What it is called, where it lies and whom it serves.
    pub organisation: Arc<Organisation>,
}

impl Directory {
    /// The right to exchange as another register.
    pub fn may_peer(&self, view: &View, caller: &Caller) -> Result<(), Error> {
        authorisation::for_any_organisation(view, &caller.acting, &[Role::Peer], self.clock.today()).map(|_| ())
    }

    /// What this register is, for the peer `caller`.
    pub async fn describe(&self, caller: &Caller) -> Result<Description, Error> {
        let view = self.views.current();
        self.may_peer(&view, caller)?;
        let held = self.held_for(&view, caller.acting.oin());
        let versions = self.language.versions();
        Ok(Description {
            register: self.register.clone(),
            position: view.position(),
            analyser_version: versions.analyser.to_string(),
            vocabulary_hash: versions.vocabulary.clone(),
            lexicon_hash: versions.lexicon.clone(),
            organisations: held.organisations.clone(),
            organisations_hash: held.hash.clone(),
            time: self.clock.now(),
        })
    }
    /// What this register holds as `asker` may see it. Kept until the register moves on.
    pub(super) fn held_for(&self, view: &View, asker: &Oin) -> Arc<HeldFor> {
        let mut kept = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = kept.get(asker).filter(|held| held.position == view.position()) {
            return Arc::clone(held);
        }
        if kept.len() >= MOST_ASKERS {
            kept.clear();
        }
        let held = Arc::new(HeldFor::of(view, asker));
        kept.insert(asker.clone(), Arc::clone(&held));
        held
    }
}

/// Askers for whom it is kept what they may see.
const MOST_ASKERS: usize = 1_000;

/// What this register holds, as one asker may see it.
#[derive(Debug)]
pub(super) struct HeldFor {
    position: Position,
    pub(super) organisations: Vec<HeldOrganisation>,
    /// Over all of that.
    pub(super) hash: String,
    /// Organisations of which the asker gets no officers: they are merely known here, or do not share with it.
    pub(super) kept_back: BTreeSet<OrganisationId>,
}

impl HeldFor {
    /// Those kept back that have officers at all, of which there are few: most are merely known.
    pub(super) fn with_officers_kept_back<'a>(&'a self, view: &'a View) -> impl Iterator<Item = OrganisationId> + 'a {
        let have = self.kept_back.iter().filter(|id| view.entries_of(id).next().is_some());
        have.cloned()
    }

    fn of(view: &View, asker: &Oin) -> Self {
        let mut hash = Sha256::new();
        let mut organisations = Vec::new();
        let mut kept_back = BTreeSet::new();
        for organisation in view.organisations() {
            let sharing = organisation.sharing.with(asker);
            if organisation.status == OrganisationStatus::Known || sharing == SharingLevel::None {
                kept_back.insert(organisation.id.clone());
                continue;
            }
            // With whom else it shares is nobody's business.
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
            hash: hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect(),
            kept_back,
        }
    }
}
