//! The changes that one watch may see and wants.

use std::collections::BTreeSet;
use std::sync::Arc;

use register::identifier::OrganisationId;
use register::oin::Oin;
use register::organisation::Organisation;
use register::peer::SharingLevel;

/// The filter of a watch: the requested organisations, and what a peer may see.
#[derive(Clone, Debug)]
pub(super) struct WatchFilter {
    organisations: Option<Arc<BTreeSet<OrganisationId>>>,
    /// The watching register, if the watcher is one: it gets only what organisations let it replicate, whatever other roles it
    /// has.
    peer: Option<Oin>,
}

impl WatchFilter {
    /// Filters by `organisations`, unless the list is empty, and by what they share with `peer`.
    pub(super) fn new(organisations: Vec<OrganisationId>, peer: Option<Oin>) -> Self {
        let set: BTreeSet<OrganisationId> = organisations.into_iter().collect();
        Self {
            organisations: (!set.is_empty()).then(|| Arc::new(set)),
            peer,
        }
    }

    /// Returns whether the watcher wants an organisation.
    pub(super) fn includes(&self, organisation: &OrganisationId) -> bool {
        self.organisations.as_ref().is_none_or(|set| set.contains(organisation))
    }

    /// Returns whether the watcher may see the officers of an organisation.
    pub(super) fn may_see_officers_of(&self, organisation: &Organisation) -> bool {
        let may_copy = |oin| organisation.sharing.with(oin) == SharingLevel::Copy;
        self.peer.as_ref().is_none_or(may_copy)
    }
}
