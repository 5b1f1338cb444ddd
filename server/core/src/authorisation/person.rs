//! Authorisation of a person at the page: by the roles of the login, for an organisation that is known and not suspended.
//!
//! The log records such a write under the node's OIN, on behalf of the person's organisation, by mandate: see ADR 0010.

use register::grant::{GrantBasis, Role};
use register::identifier::OrganisationId;
use register::view::View;

use super::authority::{Authority, participates};
use crate::error::{Error, Reason};
use crate::identity::Person;

/// Authorises a call that needs one of `roles`, for the person's own organisation.
pub(super) fn for_any_organisation(view: &View, person: &Person, roles: &[Role]) -> Result<Authority, Error> {
    let organisation = &person.organisation;
    if view.organisation(organisation).is_none() {
        let message = format!("the register knows no organisation `{organisation}`, which the login names as the person's");
        return Err(refusal(Reason::UnknownOrganisation, message, organisation));
    }
    if !participates(view, organisation) {
        let message = format!("organisation `{organisation}` is suspended; ask the operator of the register why and until when");
        return Err(refusal(Reason::Suspended, message, organisation));
    }
    if !roles.iter().any(|role| person.roles.contains(role)) {
        let words: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
        let message = format!("the login does not give the role `{}`", words.join("` or `"));
        return Err(refusal(Reason::RoleMissing, message, organisation).with("role", words.join(",")));
    }
    Ok(Authority {
        oin: person.node.clone(),
        organisation: organisation.clone(),
        basis: GrantBasis::Mandate,
        on_behalf_of: true,
    })
}

/// Authorises a call that needs `role` for `organisation`, which must be the person's own.
pub(super) fn for_organisation(
    view: &View,
    person: &Person,
    role: Role,
    organisation: &OrganisationId,
) -> Result<Authority, Error> {
    if person.organisation != *organisation {
        let message = format!(
            "a person of organisation `{}` does not act for `{organisation}`; only the organisation itself may write its officers",
            person.organisation
        );
        return Err(refusal(Reason::NotOwner, message, organisation));
    }
    for_any_organisation(view, person, &[role])
}

fn refusal(reason: Reason, message: String, organisation: &OrganisationId) -> Error {
    Error::new(reason, message).with("organisation", organisation)
}
