//! Organisation ↔ its message and draft.

use register::draft::{DeskDraft, OrganisationDraft, ServiceDraft};
use register::identifier::{CompetenceCode, DomainCode, MunicipalityCode, OrganisationId};
use register::officer::{Email, OpeningHours, Phone, WebAddress};
use register::organisation::{Desk, Organisation, OrganisationKind, OrganisationStatus, Service, ServiceBasis};
use register::peer::Sharing;
use register::violation::{Violation, Violations};

use super::error::ConvertError;
use super::name;
use super::peer::sharing_message;
use super::text::{from_date, optional, or_empty, parse_all, parse_optional, parse_required, to_date, to_texts};
use super::wire_enum::WireEnum as _;
use super::wire_enum::{number_of, word_of};
use crate::v1;

impl From<v1::Organisation> for OrganisationDraft {
    fn from(message: v1::Organisation) -> Self {
        Self {
            id: name::split_organisation_name(&message.name),
            name: message.display_name,
            short_name: message.short_name,
            aliases: message.aliases,
            kind: word_of::<OrganisationKind>(message.kind),
            tooi_uri: optional(message.tooi_uri),
            municipality_code: optional(message.municipality_code),
            places: message.places,
            serves: message.serves.into_iter().map(ServiceDraft::from).collect(),
            desk: message.desk.map(DeskDraft::from).unwrap_or_default(),
            status: word_of::<OrganisationStatus>(message.status),
            agreement: message.agreement,
            valid_from: optional(message.valid_from),
            valid_until: optional(message.valid_until),
            successors: message
                .successors
                .iter()
                .map(|name| name::split_organisation_name(name))
                .collect(),
            sharing: message.sharing.map(Into::into),
            ..Self::default()
        }
    }
}

impl From<v1::Service> for ServiceDraft {
    fn from(message: v1::Service) -> Self {
        Self {
            municipality: message.municipality,
            competences: message.competences,
            domains: message.domains,
            basis: word_of::<ServiceBasis>(message.basis),
            from: optional(message.from),
            until: optional(message.until),
        }
    }
}

impl From<v1::Desk> for DeskDraft {
    fn from(message: v1::Desk) -> Self {
        Self {
            email: optional(message.email),
            phone: optional(message.phone),
            url: optional(message.url),
            hours: message.hours.into_iter().map(Into::into).collect(),
        }
    }
}

impl TryFrom<&OrganisationDraft> for v1::Organisation {
    type Error = Vec<Violation>;

    fn try_from(draft: &OrganisationDraft) -> Result<Self, Self::Error> {
        let mut violations = Violations::new();
        let mut serves = Vec::with_capacity(draft.serves.len());
        for (place, service) in draft.serves.iter().enumerate() {
            let field = format!("serves[{place}].basis");
            serves.push(v1::Service {
                municipality: service.municipality.clone(),
                competences: service.competences.clone(),
                domains: service.domains.clone(),
                basis: number_of::<ServiceBasis>(&service.basis, &field, &mut violations),
                from: or_empty(service.from.as_deref()),
                until: or_empty(service.until.as_deref()),
            });
        }
        let message = Self {
            name: name::organisation_resource_name(&draft.id),
            display_name: draft.name.clone(),
            short_name: draft.short_name.clone(),
            aliases: draft.aliases.clone(),
            kind: number_of::<OrganisationKind>(&draft.kind, "kind", &mut violations),
            tooi_uri: or_empty(draft.tooi_uri.as_deref()),
            municipality_code: or_empty(draft.municipality_code.as_deref()),
            places: draft.places.clone(),
            serves,
            desk: Some(v1::Desk {
                email: or_empty(draft.desk.email.as_deref()),
                phone: or_empty(draft.desk.phone.as_deref()),
                url: or_empty(draft.desk.url.as_deref()),
                hours: draft.desk.hours.iter().map(v1::OpeningHours::from).collect(),
            }),
            status: number_of::<OrganisationStatus>(&draft.status, "status", &mut violations),
            agreement: draft.agreement,
            valid_from: or_empty(draft.valid_from.as_deref()),
            valid_until: or_empty(draft.valid_until.as_deref()),
            successors: draft
                .successors
                .iter()
                .map(|id| name::organisation_resource_name(id))
                .collect(),
            sharing: draft
                .sharing
                .as_ref()
                .map(|sharing| sharing_message(sharing, &mut violations)),
        };
        violations.into_result(Some(message))
    }
}

impl From<&Organisation> for v1::Organisation {
    fn from(organisation: &Organisation) -> Self {
        Self {
            name: organisation.id.resource_name(),
            display_name: organisation.name.clone(),
            short_name: organisation.short_name.clone(),
            aliases: organisation.aliases.clone(),
            kind: organisation.kind.to_number(),
            tooi_uri: or_empty(organisation.tooi_uri.as_deref()),
            municipality_code: or_empty(organisation.municipality_code.as_ref().map(MunicipalityCode::as_str)),
            places: organisation.places.clone(),
            serves: organisation.serves.iter().map(v1::Service::from).collect(),
            desk: Some(v1::Desk::from(&organisation.desk)),
            status: organisation.status.to_number(),
            agreement: organisation.agreement,
            valid_from: from_date(organisation.valid_from),
            valid_until: from_date(organisation.valid_until),
            successors: organisation.successors.iter().map(OrganisationId::resource_name).collect(),
            sharing: (!organisation.sharing.is_default()).then(|| (&organisation.sharing).into()),
        }
    }
}

impl From<&Service> for v1::Service {
    fn from(service: &Service) -> Self {
        Self {
            municipality: service.municipality.to_string(),
            competences: to_texts(&service.competences),
            domains: to_texts(&service.domains),
            basis: service.basis.to_number(),
            from: from_date(service.from),
            until: from_date(service.until),
        }
    }
}

impl From<&Desk> for v1::Desk {
    fn from(desk: &Desk) -> Self {
        Self {
            email: or_empty(desk.email.as_ref().and_then(Email::shown)),
            phone: or_empty(desk.phone.as_ref().map(Phone::as_str)),
            url: or_empty(desk.url.as_ref().and_then(WebAddress::shown)),
            hours: desk.hours.iter().map(v1::OpeningHours::from).collect(),
        }
    }
}

impl TryFrom<v1::Organisation> for Organisation {
    type Error = ConvertError;

    fn try_from(message: v1::Organisation) -> Result<Self, Self::Error> {
        Ok(Self {
            id: parse_required("name", &message.name, OrganisationId::parse_resource_name)?,
            name: message.display_name,
            short_name: message.short_name,
            aliases: message.aliases,
            kind: OrganisationKind::from_number(message.kind).unwrap_or(OrganisationKind::Overig),
            tooi_uri: parse_optional("tooi_uri", &message.tooi_uri, WebAddress::parse)?.map(|uri| uri.to_string()),
            municipality_code: parse_optional("municipality_code", &message.municipality_code, MunicipalityCode::parse)?,
            places: message.places,
            serves: message.serves.into_iter().map(Service::try_from).collect::<Result<_, _>>()?,
            desk: message.desk.map(Desk::try_from).transpose()?.unwrap_or_default(),
            status: OrganisationStatus::from_number(message.status).unwrap_or(OrganisationStatus::Known),
            agreement: message.agreement,
            valid_from: to_date("valid_from", &message.valid_from)?,
            valid_until: to_date("valid_until", &message.valid_until)?,
            successors: parse_all("successors", &message.successors, OrganisationId::parse_resource_name)?,
            sharing: message.sharing.map(Sharing::try_from).transpose()?.unwrap_or_default(),
        })
    }
}

impl TryFrom<v1::Service> for Service {
    type Error = ConvertError;

    fn try_from(message: v1::Service) -> Result<Self, Self::Error> {
        Ok(Self {
            municipality: parse_required("serves.municipality", &message.municipality, MunicipalityCode::parse)?,
            competences: parse_all("serves.competences", &message.competences, CompetenceCode::parse)?,
            domains: parse_all("serves.domains", &message.domains, DomainCode::parse)?,
            // The careful default for an unknown value: a mandaat leaves the municipality its own power.
            basis: ServiceBasis::from_number(message.basis).unwrap_or(ServiceBasis::Mandaat),
            from: to_date("serves.from", &message.from)?,
            until: to_date("serves.until", &message.until)?,
        })
    }
}

impl TryFrom<v1::Desk> for Desk {
    type Error = ConvertError;

    fn try_from(message: v1::Desk) -> Result<Self, Self::Error> {
        Ok(Self {
            email: parse_optional("desk.email", &message.email, Email::parse)?,
            phone: parse_optional("desk.phone", &message.phone, Phone::parse)?,
            url: parse_optional("desk.url", &message.url, WebAddress::parse)?,
            hours: message
                .hours
                .into_iter()
                .map(OpeningHours::try_from)
                .collect::<Result<_, _>>()?,
        })
    }
}
