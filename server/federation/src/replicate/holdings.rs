//! What a peer reports to hold, and the officers that were refused because it is not authoritative for them.

use std::collections::{BTreeMap, BTreeSet};

use register::authority::{Authorities, Authority};
use register::identifier::{OfficerName, OrganisationId, RegisterId};
use register::organisation::{Organisation, OrganisationStatus};

use super::RefusedOrganisation;

/// The organisations that a peer reported, and the officers refused from it.
#[derive(Clone, Debug, Default)]
pub(super) struct ReportedHoldings {
    organisations: BTreeMap<OrganisationId, OrganisationStatus>,
    refused: BTreeMap<OrganisationId, BTreeSet<OfficerName>>,
}

impl ReportedHoldings {
    /// Records an organisation.
    pub(super) fn record_organisation(&mut self, organisation: &Organisation) {
        self.organisations.insert(organisation.id.clone(), organisation.status);
    }

    /// Records a refused officer.
    pub(super) fn record_refused(&mut self, name: OfficerName) {
        self.refused.entry(name.organisation.clone()).or_default().insert(name);
    }

    /// Records that an officer was withdrawn or is no longer refused.
    pub(super) fn record_gone(&mut self, name: &OfficerName) {
        if let Some(names) = self.refused.get_mut(&name.organisation) {
            names.remove(name);
        }
    }

    /// The number of reported organisations, and of refused officers.
    pub(super) fn counts(&self) -> (usize, usize) {
        (self.organisations.len(), self.refused.values().map(BTreeSet::len).sum())
    }

    /// The reported organisations that `peer` is authoritative for.
    pub(super) fn kept(&self, authorities: &Authorities, peer: &RegisterId) -> BTreeSet<OrganisationId> {
        let ids = self.organisations.keys();
        ids.filter(|id| authorities.is_of_peer(id, peer)).cloned().collect()
    }

    /// The peer's claims: the organisations that it holds, without those it only knows.
    pub(super) fn claims(&self) -> BTreeMap<OrganisationId, OrganisationStatus> {
        let held = self
            .organisations
            .iter()
            .filter(|(_, status)| **status != OrganisationStatus::Known);
        held.map(|(id, status)| (id.clone(), *status)).collect()
    }

    /// Whether something refused must be fetched again, because `peer` has become authoritative for it.
    pub(super) fn must_fetch_again(
        &self,
        authorities: &Authorities,
        peer: &RegisterId,
        has: impl Fn(&OrganisationId) -> bool,
    ) -> bool {
        let counts = |id: &OrganisationId| authorities.is_of_peer(id, peer);
        let officers = self.refused.iter().any(|(id, names)| !names.is_empty() && counts(id));
        officers || self.organisations.keys().any(|id| counts(id) && !has(id))
    }

    /// The refused organisations with refused officers, in order of id.
    pub(super) fn refused(&self, authorities: &Authorities, peer: &RegisterId) -> Vec<RefusedOrganisation> {
        let claims = self.claims();
        let refused = claims
            .keys()
            .filter(|id| !authorities.is_of_peer(id, peer))
            .map(|id| RefusedOrganisation {
                organisation: id.clone(),
                authority: match authorities.of(id) {
                    Authority::Peer(register) => Some(register),
                    Authority::Own | Authority::Nobody => None,
                },
                officers: self.refused.get(id).map_or(0, BTreeSet::len),
            });
        // Several registers may know the same organisation; only refused officers matter.
        refused.filter(|refused| refused.officers > 0).collect()
    }
}
