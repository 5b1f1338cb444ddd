//! The authority of a call: the organisation for which it acts, and on what basis.

use register::change::Actor;
use register::grant::{Grant, GrantBasis};
use register::identifier::{OrganisationId, RequestId};
use register::oin::Oin;
use register::view::View;

/// The authority of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    /// The OIN of the caller.
    pub oin: Oin,
    /// The organisation for which it acts.
    pub organisation: OrganisationId,
    /// The basis of its grant.
    pub basis: GrantBasis,
    /// Whether it acts for another organisation, by mandate.
    pub on_behalf_of: bool,
}

impl Authority {
    pub(super) fn of(grant: &Grant) -> Self {
        Self {
            oin: grant.oin.clone(),
            organisation: grant.organisation.clone(),
            basis: grant.basis,
            on_behalf_of: grant.basis == GrantBasis::Mandate,
        }
    }

    /// The actor that the log records for a write.
    pub fn actor(&self, request_id: Option<RequestId>) -> Actor {
        Actor {
            oin: Some(self.oin.clone()),
            organisation: Some(self.organisation.clone()),
            on_behalf_of: self.on_behalf_of,
            basis: Some(self.basis),
            request_id,
        }
    }
}

/// Whether the organisation is known and not suspended.
pub(super) fn participates(view: &View, organisation: &OrganisationId) -> bool {
    view.organisation(organisation)
        .is_some_and(|organisation| organisation.is_visible())
}
