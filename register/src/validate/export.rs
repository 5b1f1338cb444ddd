//! Converts domain types back to drafts, so that importing an export changes nothing.

use crate::draft::{
    AbsenceDraft, ApproachDraft, ContactDraft, DeskDraft, GrantDraft, HoursDraft, MandateDraft, NotForDraft, OfficerDraft,
    OrganisationDraft, ServiceDraft,
};
use crate::entry::Entry;
use crate::grant::Grant;
use crate::officer::{Mandate, Officer, OpeningHours, format_time};
use crate::organisation::{Desk, Organisation, Service};

fn texts<T: ToString>(values: &[T]) -> Vec<String> {
    values.iter().map(T::to_string).collect()
}

impl From<&Officer> for OfficerDraft {
    fn from(officer: &Officer) -> Self {
        let not_for = officer.not_for.iter().map(|not_for| NotForDraft {
            competence: not_for.competence.to_string(),
            see: not_for.see.clone(),
        });
        Self {
            organisation: officer.organisation.to_string(),
            id: officer.id.to_string(),
            name: officer.name.clone(),
            name_until: officer.name_until.map(|day| day.to_string()),
            function_title: officer.function_title.clone(),
            kind: officer.kind.as_str().to_owned(),
            description: officer.description.clone(),
            domains: texts(&officer.domains),
            competences: texts(&officer.competences),
            not_for: not_for.collect(),
            area: texts(&officer.area),
            mandates: officer.mandates.iter().map(MandateDraft::from).collect(),
            approach: ApproachDraft {
                prefer: officer.approach.prefer.as_str().to_owned(),
                consent_required: officer.approach.consent_required,
                bring: officer.approach.bring.clone(),
                audience: officer.approach.audience.clone(),
                response_within: officer.approach.response_within.clone(),
            },
            contact: ContactDraft {
                email: officer.contact.email.as_ref().map(|email| email.as_str().to_owned()),
                phone: officer.contact.phone.as_ref().map(|phone| phone.as_str().to_owned()),
                url: officer.contact.url.as_ref().map(ToString::to_string),
                personal: officer.contact.personal,
            },
            hours: officer.hours.iter().map(HoursDraft::from).collect(),
            deputy: officer.deputy.as_ref().map(ToString::to_string),
            managed_by: officer.managed_by.as_str().to_owned(),
            ..Self::default()
        }
    }
}

impl From<&Entry> for OfficerDraft {
    fn from(entry: &Entry) -> Self {
        let absences = entry.presence.absences.iter().map(|absence| AbsenceDraft {
            from: absence.from.to_string(),
            until: absence.until.to_string(),
        });
        Self {
            verified_on: entry.verified_on().map(|day| day.to_string()),
            absences: absences.collect(),
            ..Self::from(&entry.officer)
        }
    }
}

impl From<&Mandate> for MandateDraft {
    fn from(mandate: &Mandate) -> Self {
        Self {
            level: mandate.level.as_str().to_owned(),
            competences: texts(&mandate.competences),
            limit: mandate.limit.clone(),
            consult: mandate.consult.clone(),
            basis: mandate.basis.clone(),
            until: mandate.until.map(|day| day.to_string()),
            text: mandate.text.clone(),
        }
    }
}

impl From<&OpeningHours> for HoursDraft {
    fn from(hours: &OpeningHours) -> Self {
        Self {
            days: hours.days.iter().map(|day| day.as_str().to_owned()).collect(),
            from: format_time(hours.from),
            until: format_time(hours.until),
        }
    }
}

impl From<&Organisation> for OrganisationDraft {
    fn from(organisation: &Organisation) -> Self {
        Self {
            id: organisation.id.to_string(),
            name: organisation.name.clone(),
            short_name: organisation.short_name.clone(),
            aliases: organisation.aliases.clone(),
            kind: organisation.kind.as_str().to_owned(),
            tooi_uri: organisation.tooi_uri.clone(),
            municipality_code: organisation.municipality_code.as_ref().map(ToString::to_string),
            places: organisation.places.clone(),
            serves: organisation.serves.iter().map(ServiceDraft::from).collect(),
            desk: DeskDraft::from(&organisation.desk),
            status: organisation.status.as_str().to_owned(),
            agreement: organisation.agreement,
            valid_from: organisation.valid_from.map(|day| day.to_string()),
            valid_until: organisation.valid_until.map(|day| day.to_string()),
            successors: texts(&organisation.successors),
            ..Self::default()
        }
    }
}

impl From<&Service> for ServiceDraft {
    fn from(service: &Service) -> Self {
        Self {
            municipality: service.municipality.to_string(),
            competences: texts(&service.competences),
            domains: texts(&service.domains),
            basis: service.basis.as_str().to_owned(),
            from: service.from.map(|day| day.to_string()),
            until: service.until.map(|day| day.to_string()),
        }
    }
}

impl From<&Desk> for DeskDraft {
    fn from(desk: &Desk) -> Self {
        Self {
            email: desk.email.as_ref().map(|email| email.as_str().to_owned()),
            phone: desk.phone.as_ref().map(|phone| phone.as_str().to_owned()),
            url: desk.url.as_ref().map(ToString::to_string),
            hours: desk.hours.iter().map(HoursDraft::from).collect(),
        }
    }
}

impl From<&Grant> for GrantDraft {
    fn from(grant: &Grant) -> Self {
        Self {
            oin: grant.oin.to_string(),
            organisation: grant.organisation.to_string(),
            roles: grant.roles.iter().map(|role| role.as_str().to_owned()).collect(),
            from: grant.from.map(|day| day.to_string()),
            until: grant.until.map(|day| day.to_string()),
            basis: grant.basis.as_str().to_owned(),
        }
    }
}
