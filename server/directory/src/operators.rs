//! Keeps a register from losing its last operator.

use std::collections::BTreeMap;

use jiff::civil::Date;
use register::grant::{Grant, Role};
use register::identifier::OrganisationId;
use register::oin::Oin;
use register::organisation::Organisation;
use register::view::View;
use server_core::error::{Error, Reason};

/// The grants and organisations as a write would leave them. `None` stands for a grant that ends.
#[derive(Debug, Default)]
pub(super) struct ProposedGrants<'a> {
    pub(super) grants: BTreeMap<(Oin, OrganisationId), Option<&'a Grant>>,
    pub(super) organisations: BTreeMap<&'a OrganisationId, &'a Organisation>,
}

impl ProposedGrants<'_> {
    /// Fails if nobody could operate the register after the write, unless nobody can now.
    pub(super) fn require_operator(&self, view: &View, today: Date) -> Result<(), Error> {
        if self.has_operator(view, today) || !ProposedGrants::default().has_operator(view, today) {
            return Ok(());
        }
        let message = "no caller would have the role `operate` any more; grant it to another first";
        Err(Error::new(Reason::LastOperator, message))
    }

    fn has_operator(&self, view: &View, today: Date) -> bool {
        let unchanged = view
            .grants()
            .map(AsRef::as_ref)
            .filter(|grant| !self.grants.contains_key(&(grant.oin.clone(), grant.organisation.clone())));
        let given = self.grants.values().filter_map(|grant| *grant);
        unchanged.chain(given).any(|grant| self.operates(view, grant, today))
    }

    fn operates(&self, view: &View, grant: &Grant, today: Date) -> bool {
        let organisation = self.organisations.get(&grant.organisation).copied();
        let organisation = organisation.or_else(|| view.organisation(&grant.organisation).map(AsRef::as_ref));
        grant.allows(Role::Operate) && grant.is_valid_on(today) && organisation.is_some_and(Organisation::is_visible)
    }
}
