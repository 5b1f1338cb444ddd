//! Authorisation: decided on every call, from the register's grants only.
//!
//! The certificate identifies the caller; a grant names the organisation for which it acts, and its roles. For a person at
//! the page the login determines both, within what the register knows of that organisation (`person`). An open stream is
//! authorised again at each read of the register and every 10 seconds. A refusal names the OIN, the organisation and the
//! role, and says what to do, because connecting an organisation fails here most often.

mod authority;
mod person;

use jiff::civil::Date;
use register::grant::{Grant, GrantBasis, Role};
use register::identifier::OrganisationId;
use register::oin::Oin;
use register::view::View;

pub use authority::Authority;

use crate::error::{Error, Reason};
use crate::identity::Principal;
use authority::participates;

/// Requires that the register knows the caller: a grant of any kind, or a login at the page.
pub fn known(view: &View, acting: &Principal) -> Result<(), Error> {
    match acting {
        Principal::Certificate(oin) if view.grants_of(oin).next().is_none() => Err(unknown(oin)),
        Principal::Certificate(_) | Principal::Person(_) => Ok(()),
    }
}

/// Authorises a call that needs one of `roles`, for any organisation. The caller's own grant takes precedence over a mandate.
pub fn for_any_organisation(view: &View, acting: &Principal, roles: &[Role], today: Date) -> Result<Authority, Error> {
    let oin = match acting {
        Principal::Certificate(oin) => oin,
        Principal::Person(person) => return person::for_any_organisation(view, person, roles),
    };
    let grants: Vec<&Grant> = view.grants_of(oin).map(AsRef::as_ref).collect();
    if grants.is_empty() {
        return Err(unknown(oin));
    }
    let with_role = || {
        grants
            .iter()
            .copied()
            .filter(|grant| roles.iter().any(|role| grant.allows(*role)))
    };
    let usable = with_role().filter(|grant| grant.is_valid_on(today) && acts(view, grant));
    if let Some(grant) = usable.min_by_key(|grant| grant.basis == GrantBasis::Mandate) {
        return Ok(Authority::of(grant));
    }
    // The refusal is about the grant that comes closest.
    if let Some(grant) = with_role().find(|grant| grant.is_valid_on(today)) {
        return Err(suspended(grant));
    }
    if let Some(grant) = with_role().next().or_else(|| all_ended(&grants, today)) {
        return Err(expired(grant, today));
    }
    let words: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
    let message = format!(
        "OIN {oin} has no grant with the role `{}`; ask the operator of the register for one",
        words.join("` or `")
    );
    Err(refusal(Reason::RoleMissing, message, oin).with("role", words.join(",")))
}

/// Authorises a call that needs `role` for `organisation`.
pub fn for_organisation(
    view: &View,
    acting: &Principal,
    role: Role,
    organisation: &OrganisationId,
    today: Date,
) -> Result<Authority, Error> {
    let oin = match acting {
        Principal::Certificate(oin) => oin,
        Principal::Person(person) => return person::for_organisation(view, person, role, organisation),
    };
    let Some(grant) = view.grant(oin, organisation) else {
        if view.grants_of(oin).next().is_none() {
            return Err(unknown(oin));
        }
        let message = format!(
            "OIN {oin} does not act for organisation `{organisation}`; only the organisation \
             itself and those with its mandate may write its officers: ask the operator of the register for a grant"
        );
        return Err(refusal(Reason::NotOwner, message, oin).with("organisation", organisation));
    };
    if !grant.is_valid_on(today) {
        return Err(expired(grant, today));
    }
    if !acts(view, grant) {
        return Err(suspended(grant));
    }
    if !grant.allows(role) {
        let message = format!(
            "OIN {oin} acts for organisation `{organisation}`, but without the role `{}`; ask the operator of the register for it",
            role.as_str()
        );
        let error = refusal(Reason::RoleMissing, message, oin);
        return Err(error.with("organisation", organisation).with("role", role.as_str()));
    }
    Ok(Authority::of(grant))
}

/// Whether the organisation of a grant may act.
fn acts(view: &View, grant: &Grant) -> bool {
    participates(view, &grant.organisation)
}

fn all_ended<'a>(grants: &[&'a Grant], today: Date) -> Option<&'a Grant> {
    let ended = grants.iter().all(|grant| !grant.is_valid_on(today));
    ended.then(|| grants.first().copied()).flatten()
}

fn unknown(oin: &Oin) -> Error {
    let message = format!(
        "the register knows no organisation that OIN {oin} acts for; ask its operator to connect your organisation, or check that \
         the certificate is the right one"
    );
    refusal(Reason::UnknownOrganisation, message, oin)
}

fn expired(grant: &Grant, today: Date) -> Error {
    let (oin, organisation) = (&grant.oin, &grant.organisation);
    let message = match (grant.from, grant.until) {
        (Some(from), _) if today < from => {
            format!("the grant by which OIN {oin} acts for organisation `{organisation}` begins on {from}")
        }
        (_, Some(until)) => format!(
            "the grant by which OIN {oin} acts for organisation `{organisation}` ended on {until}; ask the operator of the register \
             to renew it"
        ),
        _ => format!("the grant by which OIN {oin} acts for organisation `{organisation}` is not valid today"),
    };
    refusal(Reason::GrantExpired, message, oin).with("organisation", organisation)
}

fn suspended(grant: &Grant) -> Error {
    let (oin, organisation) = (&grant.oin, &grant.organisation);
    let message = format!(
        "organisation `{organisation}`, for which OIN {oin} acts, is suspended; ask the operator of the register why and until when"
    );
    refusal(Reason::Suspended, message, oin).with("organisation", organisation)
}

fn refusal(reason: Reason, message: String, oin: &Oin) -> Error {
    Error::new(reason, message).with("oin", oin)
}

#[cfg(test)]
mod tests;
