//! Grant ↔ its message and draft.

use register::draft::GrantDraft;
use register::grant::{Grant, GrantBasis, Role};
use register::identifier::OrganisationId;
use register::oin::Oin;
use register::violation::{Violation, Violations};

use super::error::ConvertError;
use super::name;
use super::text::{from_date, optional, or_empty, parse_required, to_date};
use super::wire_enum::WireEnum as _;
use super::wire_enum::{number_of, word_of};
use crate::v1;

impl From<v1::Grant> for GrantDraft {
    fn from(message: v1::Grant) -> Self {
        Self {
            oin: message.oin,
            organisation: name::split_organisation_name(&message.organisation),
            roles: message.roles.into_iter().map(word_of::<Role>).collect(),
            from: optional(message.from),
            until: optional(message.until),
            basis: word_of::<GrantBasis>(message.basis),
        }
    }
}

impl TryFrom<&GrantDraft> for v1::Grant {
    type Error = Vec<Violation>;

    fn try_from(draft: &GrantDraft) -> Result<Self, Self::Error> {
        let mut violations = Violations::new();
        let roles = draft.roles.iter().enumerate();
        let message = Self {
            oin: draft.oin.clone(),
            organisation: name::organisation_resource_name(&draft.organisation),
            roles: roles
                .map(|(place, word)| number_of::<Role>(word, &format!("roles[{place}]"), &mut violations))
                .collect(),
            from: or_empty(draft.from.as_deref()),
            until: or_empty(draft.until.as_deref()),
            basis: number_of::<GrantBasis>(&draft.basis, "basis", &mut violations),
        };
        violations.into_result(Some(message))
    }
}

impl From<&Grant> for v1::Grant {
    fn from(grant: &Grant) -> Self {
        Self {
            oin: grant.oin.to_string(),
            organisation: grant.organisation.resource_name(),
            roles: grant.roles.iter().map(|role| role.to_number()).collect(),
            from: from_date(grant.from),
            until: from_date(grant.until),
            basis: grant.basis.to_number(),
        }
    }
}

impl TryFrom<v1::Grant> for Grant {
    type Error = ConvertError;

    fn try_from(message: v1::Grant) -> Result<Self, Self::Error> {
        Ok(Self {
            oin: parse_required("oin", &message.oin, Oin::parse)?,
            organisation: parse_required("organisation", &message.organisation, OrganisationId::parse_resource_name)?,
            // Roles that a newer version added are dropped: this one cannot use them.
            roles: message.roles.into_iter().filter_map(Role::from_number).collect(),
            from: to_date("from", &message.from)?,
            until: to_date("until", &message.until)?,
            basis: GrantBasis::from_number(message.basis).unwrap_or(GrantBasis::Own),
        })
    }
}
