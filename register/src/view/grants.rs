//! Grants in the view. Every call looks up the caller's.

use std::sync::Arc;

use super::View;
use crate::grant::Grant;
use crate::identifier::OrganisationId;
use crate::oin::Oin;

impl View {
    /// The grants of the holder of `oin`, expired ones included, in order of organisation.
    pub fn grants_of<'a>(&'a self, oin: &Oin) -> impl Iterator<Item = &'a Arc<Grant>> + use<'a> {
        self.grants_of.get(oin)
    }

    /// The grants for `organisation`, expired ones included, in order of OIN.
    pub fn grants_for<'a>(&'a self, organisation: &OrganisationId) -> impl Iterator<Item = &'a Arc<Grant>> + use<'a> {
        self.grants_for.get(organisation)
    }

    /// The grant of the holder of `oin` for `organisation`.
    pub fn grant(&self, oin: &Oin, organisation: &OrganisationId) -> Option<&Arc<Grant>> {
        self.grants.get(&(oin.clone(), organisation.clone()))
    }

    /// All grants, in order of OIN and organisation.
    pub fn grants(&self) -> impl Iterator<Item = &Arc<Grant>> {
        self.grants.values()
    }

    pub(super) fn put_grant(&mut self, grant: Arc<Grant>) {
        self.grants_of.put(&grant.oin, &grant.organisation, &grant);
        self.grants_for.put(&grant.organisation, &grant.oin, &grant);
        self.grants.insert((grant.oin.clone(), grant.organisation.clone()), grant);
    }

    pub(super) fn remove_grant(&mut self, oin: &Oin, organisation: &OrganisationId) {
        self.grants.remove(&(oin.clone(), organisation.clone()));
        self.grants_of.remove(oin, organisation);
        self.grants_for.remove(organisation, oin);
    }
}
