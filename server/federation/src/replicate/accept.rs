//! What is taken from a peer: what it speaks for. The rest is counted, so that an operator sees it.

use std::collections::{BTreeMap, BTreeSet};

use register::authority::{Authorities, Authority};
use register::identifier::{OfficerName, OrganisationId, RegisterId};
use register::organisation::{Organisation, OrganisationStatus};

use super::Refused;

/// What a peer has told of organisations, and of officers that were not taken.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    organisations: BTreeMap<OrganisationId, OrganisationStatus>,
    refused: BTreeMap<OrganisationId, BTreeSet<OfficerName>>,
}

impl Told {
    /// Notes an organisation.
    pub(super) fn organisation(&mut self, organisation: &Organisation) {
        self.organisations.insert(organisation.id.clone(), organisation.status);
    }

    /// Notes an officer that was not taken.
    pub(super) fn refuse(&mut self, name: OfficerName) {
        self.refused.entry(name.organisation.clone()).or_default().insert(name);
    }

    /// Notes that an officer is gone.
    pub(super) fn gone(&mut self, name: &OfficerName) {
        if let Some(names) = self.refused.get_mut(&name.organisation) {
            names.remove(name);
        }
    }

    /// What the peer claims: what it holds other than merely known.
    pub(super) fn claims(&self) -> BTreeMap<OrganisationId, OrganisationStatus> {
        let held = self
            .organisations
            .iter()
            .filter(|(_, status)| **status != OrganisationStatus::Known);
        held.map(|(id, status)| (id.clone(), *status)).collect()
    }

    /// What was told and not taken, of organisations that `peer` speaks for by now: it must be fetched.
    pub(super) fn has_missed(&self, authorities: &Authorities, peer: &RegisterId, has: impl Fn(&OrganisationId) -> bool) -> bool {
        let counts = |id: &OrganisationId| authorities.is_of_peer(id, peer);
        let officers = self.refused.iter().any(|(id, names)| !names.is_empty() && counts(id));
        officers || self.organisations.keys().any(|id| counts(id) && !has(id))
    }

    /// What was not taken, in order of organisation.
    pub(super) fn refused(&self, authorities: &Authorities, peer: &RegisterId) -> Vec<Refused> {
        let claims = self.claims();
        let refused = claims
            .keys()
            .filter(|id| !authorities.is_of_peer(id, peer))
            .map(|id| Refused {
                organisation: id.clone(),
                authority: match authorities.of(id) {
                    Authority::Peer(register) => Some(register),
                    Authority::Own | Authority::Nobody => None,
                },
                officers: self.refused.get(id).map_or(0, BTreeSet::len),
            });
        // Two registers may well know the same organisation: that is no news while nothing was left out.
        refused.filter(|refused| refused.officers > 0).collect()
    }
}
