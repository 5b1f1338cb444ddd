//! Somebody must be left who operates the register: no write may take the last of them away.

use std::collections::BTreeMap;

use jiff::civil::Date;
use register::grant::{Grant, Role};
use register::identifier::OrganisationId;
use register::oin::Oin;
use register::organisation::Organisation;
use register::view::View;
use server_core::error::{Error, Reason};

/// What a write would make of grants and organisations. A grant that is ended is there as none.
#[derive(Debug, Default)]
pub(super) struct Proposal<'a> {
    pub(super) grants: BTreeMap<(Oin, OrganisationId), Option<&'a Grant>>,
    pub(super) organisations: BTreeMap<&'a OrganisationId, &'a Organisation>,
}

impl Proposal<'_> {
    /// Refuses the write if nobody could operate the register after it, and somebody can now.
    pub(super) fn must_leave_an_operator(&self, view: &View, today: Date) -> Result<(), Error> {
        if self.leaves_an_operator(view, today) || !Proposal::default().leaves_an_operator(view, today) {
            return Ok(());
        }
        let message = "nobody would be left with the role `operate`; give it to another first";
        Err(Error::new(Reason::LastOperator, message))
    }

    fn leaves_an_operator(&self, view: &View, today: Date) -> bool {
        let kept = view
            .grants()
            .map(AsRef::as_ref)
            .filter(|grant| !self.grants.contains_key(&(grant.oin.clone(), grant.organisation.clone())));
        let given = self.grants.values().filter_map(|grant| *grant);
        kept.chain(given).any(|grant| self.operates(view, grant, today))
    }

    fn operates(&self, view: &View, grant: &Grant, today: Date) -> bool {
        let organisation = self.organisations.get(&grant.organisation).copied();
        let organisation = organisation.or_else(|| view.organisation(&grant.organisation).map(AsRef::as_ref));
        grant.allows(Role::Operate) && grant.is_valid_on(today) && organisation.is_some_and(Organisation::is_visible)
    }
}
