//! Grants in the view: what a caller may do, asked on every call.

use std::sync::{Arc, LazyLock};

use super::View;
use crate::grant::Grant;
use crate::identifier::OrganisationId;
use crate::oin::Oin;

/// Not after any organisation id: where the grants of an OIN begin.
static FIRST_ORGANISATION: LazyLock<OrganisationId> =
    LazyLock::new(|| OrganisationId::parse("00").expect("two digits are an organisation id"));

impl View {
    /// The grants that the holder of `oin` has, ended ones included, in order of organisation.
    pub fn grants_of<'a>(&'a self, oin: &Oin) -> impl Iterator<Item = &'a Arc<Grant>> + use<'a> {
        let oin = oin.clone();
        self.grants
            .range((oin.clone(), FIRST_ORGANISATION.clone())..)
            .take_while(move |((holder, _), _)| *holder == oin)
            .map(|(_, grant)| grant)
    }

    /// The grants by which someone acts for `organisation`, ended ones included, in order of OIN.
    pub fn grants_for<'a>(&'a self, organisation: &OrganisationId) -> impl Iterator<Item = &'a Arc<Grant>> + use<'a> {
        let id = organisation.clone();
        self.grant_holders
            .get(organisation)
            .filter_map(move |oin| self.grants.get(&(oin.clone(), id.clone())))
    }

    /// The grant by which the holder of `oin` acts for `organisation`.
    pub fn grant(&self, oin: &Oin, organisation: &OrganisationId) -> Option<&Arc<Grant>> {
        self.grants.get(&(oin.clone(), organisation.clone()))
    }

    /// All grants, in order of OIN and organisation.
    pub fn grants(&self) -> impl Iterator<Item = &Arc<Grant>> {
        self.grants.values()
    }

    pub(super) fn put_grant(&mut self, grant: Arc<Grant>) {
        self.grant_holders.add(grant.organisation.clone(), grant.oin.clone());
        self.grants.insert((grant.oin.clone(), grant.organisation.clone()), grant);
    }

    pub(super) fn remove_grant(&mut self, oin: &Oin, organisation: &OrganisationId) {
        self.grants.remove(&(oin.clone(), organisation.clone()));
        self.grant_holders.remove(organisation, oin);
    }
}
