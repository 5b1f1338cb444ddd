//! Officer ↔ its message and draft.

use register::draft::{ApproachDraft, ContactDraft, MandateDraft, NotForDraft, OfficerDraft};
use register::identifier::{CompetenceCode, DomainCode, MunicipalityCode, OfficerId, OfficerName};
use register::officer::{
    Approach, Channel, Contact, Email, ManagedBy, Mandate, MandateLevel, NotFor, Officer, OfficerKind, OpeningHours, Phone,
    WebAddress,
};
use register::violation::{Violation, Violations};

use super::error::ConvertError;
use super::name;
use super::text::{from_date, optional, or_empty, parse_all, parse_optional, parse_required, to_date, to_texts};
use super::wire_enum::WireEnum as _;
use super::wire_enum::{number_of, word_of};
use crate::v1;

// In a node: message → draft. Values are copied unchanged; the domain validates them.

impl From<v1::Officer> for OfficerDraft {
    fn from(message: v1::Officer) -> Self {
        let (organisation, id) = name::split_officer_name(&message.name);
        Self {
            organisation,
            id,
            name: optional(message.person_name),
            name_until: optional(message.person_name_until),
            function_title: message.function_title,
            kind: word_of::<OfficerKind>(message.kind),
            description: message.description,
            domains: message.domains,
            competences: message.competences,
            not_for: message.not_for.into_iter().map(NotForDraft::from).collect(),
            area: message.area,
            mandates: message.mandates.into_iter().map(MandateDraft::from).collect(),
            approach: message.approach.map(ApproachDraft::from).unwrap_or_default(),
            contact: message.contact.map(ContactDraft::from).unwrap_or_default(),
            hours: message.hours.into_iter().map(Into::into).collect(),
            deputy: optional(message.deputy),
            managed_by: word_of::<ManagedBy>(message.managed_by),
            ..Self::default()
        }
    }
}

impl From<v1::NotFor> for NotForDraft {
    fn from(message: v1::NotFor) -> Self {
        Self {
            competence: message.competence,
            see: optional(message.see),
        }
    }
}

impl From<v1::Mandate> for MandateDraft {
    fn from(message: v1::Mandate) -> Self {
        Self {
            level: word_of::<MandateLevel>(message.level),
            competences: message.competences,
            limit: optional(message.limit),
            consult: optional(message.consult),
            basis: optional(message.basis),
            until: optional(message.until),
            text: optional(message.text),
        }
    }
}

impl From<v1::Approach> for ApproachDraft {
    fn from(message: v1::Approach) -> Self {
        Self {
            prefer: word_of::<Channel>(message.prefer),
            consent_required: message.consent_required,
            bring: optional(message.bring),
            audience: optional(message.audience),
            response_within: optional(message.response_within),
        }
    }
}

impl From<v1::Contact> for ContactDraft {
    fn from(message: v1::Contact) -> Self {
        Self {
            email: optional(message.email),
            phone: optional(message.phone),
            url: optional(message.url),
            personal: message.personal,
        }
    }
}

// In a client: draft from a file → message. Verification and absences of a draft have their own calls.

impl TryFrom<&OfficerDraft> for v1::Officer {
    type Error = Vec<Violation>;

    fn try_from(draft: &OfficerDraft) -> Result<Self, Self::Error> {
        let mut violations = Violations::new();
        let mandates = draft.mandates.iter().enumerate();
        let message = Self {
            name: name::officer_resource_name(&draft.organisation, &draft.id),
            person_name: or_empty(draft.name.as_deref()),
            person_name_until: or_empty(draft.name_until.as_deref()),
            function_title: draft.function_title.clone(),
            kind: number_of::<OfficerKind>(&draft.kind, "kind", &mut violations),
            description: draft.description.clone(),
            domains: draft.domains.clone(),
            competences: draft.competences.clone(),
            not_for: draft.not_for.iter().map(v1::NotFor::from).collect(),
            area: draft.area.clone(),
            mandates: mandates
                .map(|(place, mandate)| mandate_message(place, mandate, &mut violations))
                .collect(),
            approach: approach_message(&draft.approach, &mut violations),
            contact: contact_message(&draft.contact),
            hours: draft.hours.iter().map(v1::OpeningHours::from).collect(),
            deputy: or_empty(draft.deputy.as_deref()),
            managed_by: number_of::<ManagedBy>(&draft.managed_by, "managed_by", &mut violations),
        };
        violations.into_result(Some(message))
    }
}

fn mandate_message(place: usize, draft: &MandateDraft, violations: &mut Violations) -> v1::Mandate {
    v1::Mandate {
        level: number_of::<MandateLevel>(&draft.level, &format!("mandates[{place}].level"), violations),
        competences: draft.competences.clone(),
        limit: or_empty(draft.limit.as_deref()),
        consult: or_empty(draft.consult.as_deref()),
        basis: or_empty(draft.basis.as_deref()),
        until: or_empty(draft.until.as_deref()),
        text: or_empty(draft.text.as_deref()),
    }
}

/// Returns `None` for an empty approach: an empty message has another encoding than a missing one, and so another digest.
fn approach_message(draft: &ApproachDraft, violations: &mut Violations) -> Option<v1::Approach> {
    let message = v1::Approach {
        prefer: number_of::<Channel>(&draft.prefer, "approach.prefer", violations),
        consent_required: draft.consent_required,
        bring: or_empty(draft.bring.as_deref()),
        audience: or_empty(draft.audience.as_deref()),
        response_within: or_empty(draft.response_within.as_deref()),
    };
    (message != v1::Approach::default()).then_some(message)
}

fn contact_message(draft: &ContactDraft) -> Option<v1::Contact> {
    let message = v1::Contact {
        email: or_empty(draft.email.as_deref()),
        phone: or_empty(draft.phone.as_deref()),
        url: or_empty(draft.url.as_deref()),
        personal: draft.personal,
    };
    (message != v1::Contact::default()).then_some(message)
}

impl From<&NotForDraft> for v1::NotFor {
    fn from(draft: &NotForDraft) -> Self {
        Self {
            competence: draft.competence.clone(),
            see: or_empty(draft.see.as_deref()),
        }
    }
}

// In a node: domain → message.

impl From<&Officer> for v1::Officer {
    fn from(officer: &Officer) -> Self {
        Self {
            name: officer.officer_name().to_string(),
            person_name: or_empty(officer.name.as_deref()),
            person_name_until: from_date(officer.name_until),
            function_title: officer.function_title.clone(),
            kind: officer.kind.to_number(),
            description: officer.description.clone(),
            domains: to_texts(&officer.domains),
            competences: to_texts(&officer.competences),
            not_for: officer.not_for.iter().map(v1::NotFor::from).collect(),
            area: to_texts(&officer.area),
            mandates: officer.mandates.iter().map(v1::Mandate::from).collect(),
            approach: Some(v1::Approach::from(&officer.approach)),
            contact: Some(v1::Contact::from(&officer.contact)),
            hours: officer.hours.iter().map(v1::OpeningHours::from).collect(),
            deputy: or_empty(officer.deputy.as_ref().map(OfficerId::as_str)),
            managed_by: officer.managed_by.to_number(),
        }
    }
}

impl From<&NotFor> for v1::NotFor {
    fn from(not_for: &NotFor) -> Self {
        Self {
            competence: not_for.competence.to_string(),
            see: or_empty(not_for.see.as_deref()),
        }
    }
}

impl From<&Mandate> for v1::Mandate {
    fn from(mandate: &Mandate) -> Self {
        Self {
            level: mandate.level.to_number(),
            competences: to_texts(&mandate.competences),
            limit: or_empty(mandate.limit.as_deref()),
            consult: or_empty(mandate.consult.as_deref()),
            basis: or_empty(mandate.basis.as_deref()),
            until: from_date(mandate.until),
            text: or_empty(mandate.text.as_deref()),
        }
    }
}

impl From<&Approach> for v1::Approach {
    fn from(approach: &Approach) -> Self {
        Self {
            prefer: approach.prefer.to_number(),
            consent_required: approach.consent_required,
            bring: or_empty(approach.bring.as_deref()),
            audience: or_empty(approach.audience.as_deref()),
            response_within: or_empty(approach.response_within.as_deref()),
        }
    }
}

impl From<&Contact> for v1::Contact {
    fn from(contact: &Contact) -> Self {
        Self {
            email: or_empty(contact.email.as_ref().and_then(Email::shown)),
            phone: or_empty(contact.phone.as_ref().map(Phone::as_str)),
            url: or_empty(contact.url.as_ref().and_then(WebAddress::shown)),
            personal: contact.personal,
        }
    }
}

// In a client: message → domain.

impl TryFrom<v1::Officer> for Officer {
    type Error = ConvertError;

    fn try_from(message: v1::Officer) -> Result<Self, Self::Error> {
        let OfficerName { organisation, officer } = parse_required("name", &message.name, OfficerName::parse)?;
        Ok(Self {
            organisation,
            id: officer,
            name: optional(message.person_name),
            name_until: to_date("person_name_until", &message.person_name_until)?,
            function_title: message.function_title,
            kind: OfficerKind::from_number(message.kind).unwrap_or_default(),
            description: message.description,
            domains: parse_all("domains", &message.domains, DomainCode::parse)?,
            competences: parse_all("competences", &message.competences, CompetenceCode::parse)?,
            not_for: message.not_for.into_iter().map(NotFor::try_from).collect::<Result<_, _>>()?,
            area: parse_all("area", &message.area, MunicipalityCode::parse)?,
            mandates: message
                .mandates
                .into_iter()
                .map(Mandate::try_from)
                .collect::<Result<_, _>>()?,
            approach: message.approach.map(Approach::from).unwrap_or_default(),
            contact: message.contact.map(Contact::try_from).transpose()?.unwrap_or_default(),
            hours: message
                .hours
                .into_iter()
                .map(OpeningHours::try_from)
                .collect::<Result<_, _>>()?,
            deputy: parse_optional("deputy", &message.deputy, OfficerId::parse)?,
            managed_by: ManagedBy::from_number(message.managed_by).unwrap_or_default(),
        })
    }
}

impl TryFrom<v1::NotFor> for NotFor {
    type Error = ConvertError;

    fn try_from(message: v1::NotFor) -> Result<Self, Self::Error> {
        Ok(Self {
            competence: parse_required("not_for.competence", &message.competence, CompetenceCode::parse)?,
            see: optional(message.see),
        })
    }
}

impl TryFrom<v1::Mandate> for Mandate {
    type Error = ConvertError;

    fn try_from(message: v1::Mandate) -> Result<Self, Self::Error> {
        Ok(Self {
            // An unknown level of a newer version must not become a power to decide.
            level: MandateLevel::from_number(message.level).unwrap_or(MandateLevel::Refer),
            competences: parse_all("mandates.competences", &message.competences, CompetenceCode::parse)?,
            limit: optional(message.limit),
            consult: optional(message.consult),
            basis: optional(message.basis),
            until: to_date("mandates.until", &message.until)?,
            text: optional(message.text),
        })
    }
}

impl From<v1::Approach> for Approach {
    fn from(message: v1::Approach) -> Self {
        Self {
            prefer: Channel::from_number(message.prefer).unwrap_or_default(),
            consent_required: message.consent_required,
            bring: optional(message.bring),
            audience: optional(message.audience),
            response_within: optional(message.response_within),
        }
    }
}

impl TryFrom<v1::Contact> for Contact {
    type Error = ConvertError;

    fn try_from(message: v1::Contact) -> Result<Self, Self::Error> {
        Ok(Self {
            email: parse_optional("contact.email", &message.email, Email::parse)?,
            phone: parse_optional("contact.phone", &message.phone, Phone::parse)?,
            url: parse_optional("contact.url", &message.url, WebAddress::parse)?,
            personal: message.personal,
        })
    }
}
