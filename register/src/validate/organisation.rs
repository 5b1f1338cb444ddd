//! Validates organisations.

use super::draft_reader::{DraftReader, is_blank};
use super::{Rules, limits};
use crate::draft::{DeskDraft, OrganisationDraft, ServiceDraft};
use crate::identifier::{MunicipalityCode, OrganisationId};
use crate::organisation::{Desk, Organisation, OrganisationKind, OrganisationStatus, Service, ServiceBasis};
use crate::violation::{Violation, ViolationCode};

/// Validates an organisation, or returns all violations. Defaults of absent fields: `kind` overig, `status` known, `short_name`
/// the name, and a municipality's code its id in capitals.
pub fn organisation(draft: &OrganisationDraft, rules: &Rules<'_>) -> Result<Organisation, Vec<Violation>> {
    let mut reader = DraftReader::new(rules);
    let organisation = reader.organisation(draft);
    reader.finish(organisation)
}

impl DraftReader<'_> {
    fn organisation(&mut self, draft: &OrganisationDraft) -> Option<Organisation> {
        let id = self.organisation_id("id", &draft.id);
        let missing_name = "De organisatie heeft geen naam; vul de officiële naam in.";
        let name = self.required_line("name", &draft.name, limits::ORGANISATION_NAME, missing_name);
        let short_name = if is_blank(&draft.short_name) {
            &draft.name
        } else {
            &draft.short_name
        };
        let short_name = self.line("short_name", short_name, limits::ORGANISATION_NAME);
        let aliases = self.names("aliases", &draft.aliases, limits::ALIASES);
        let kinds = OrganisationKind::ALL.map(OrganisationKind::as_str);
        let kind = self.word("kind", &draft.kind, &kinds, OrganisationKind::parse);
        let kind = kind.unwrap_or(OrganisationKind::Overig);
        let tooi_uri = self.url("tooi_uri", draft.tooi_uri.as_deref()).map(|uri| uri.to_string());
        let municipality_code = self.municipality_code(draft, kind, id.as_ref());
        let places = self.names("places", &draft.places, limits::PLACES);
        let serves = self.each("serves", &draft.serves, limits::SERVES, |reader, step, draft| {
            reader.inside(step, |reader| reader.service(draft))
        });
        let desk = self.inside("desk", |reader| reader.desk(&draft.desk));
        let states = OrganisationStatus::ALL.map(OrganisationStatus::as_str);
        let status = self.word("status", &draft.status, &states, OrganisationStatus::parse);
        let valid_from = self.date("valid_from", draft.valid_from.as_deref());
        let valid_until = self.date("valid_until", draft.valid_until.as_deref());
        self.check_range("valid_until", valid_from, valid_until);
        let successors = self.successors(&draft.successors, id.as_ref());
        let sharing = draft
            .sharing
            .as_ref()
            .map(|draft| self.inside("sharing", |reader| reader.sharing(draft)));
        Some(Organisation {
            id: id?,
            name,
            short_name,
            aliases,
            kind,
            tooi_uri,
            municipality_code,
            places,
            serves,
            desk,
            status: status.unwrap_or(OrganisationStatus::Known),
            agreement: draft.agreement,
            valid_from,
            valid_until,
            successors,
            sharing: sharing.unwrap_or_default(),
        })
    }

    fn names(&mut self, field: &str, texts: &[String], most: usize) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for name in self.each(field, texts, most, |reader, field, text| {
            reader.optional_line(field, Some(text), limits::SHORT_NAME)
        }) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    fn municipality_code(
        &mut self,
        draft: &OrganisationDraft,
        kind: OrganisationKind,
        id: Option<&OrganisationId>,
    ) -> Option<MunicipalityCode> {
        let text = draft.municipality_code.as_deref().unwrap_or("").trim();
        let is_municipality = kind == OrganisationKind::Gemeente;
        match (text.is_empty(), is_municipality) {
            (false, true) => self.municipality("municipality_code", text),
            (false, false) => {
                let message = "Er is een gemeentecode, maar de soort is geen gemeente; verbeter een van beide.";
                self.refuse("municipality_code", ViolationCode::Contradiction, message);
                None
            }
            (true, true) => {
                let code = MunicipalityCode::parse(&id?.as_str().to_ascii_uppercase()).ok();
                if code.is_none() {
                    let message = "De gemeente heeft geen gemeentecode; vul die van het CBS in, zoals GM0363.";
                    self.refuse("municipality_code", ViolationCode::Required, message);
                }
                code
            }
            (true, false) => None,
        }
    }

    fn service(&mut self, draft: &ServiceDraft) -> Option<Service> {
        let municipality = self.municipality("municipality", &draft.municipality);
        let competences = self.competences("competences", &draft.competences);
        let domains = self.domains("domains", &draft.domains);
        if is_blank(&draft.basis) {
            let message = "Het is niet bekend met welke bevoegdheid dit gebeurt; kies mandaat of delegatie.";
            self.refuse("basis", ViolationCode::Required, message);
        }
        let basis = self.word("basis", &draft.basis, &["mandaat", "delegatie"], ServiceBasis::parse);
        let from = self.date("from", draft.from.as_deref());
        let until = self.date("until", draft.until.as_deref());
        self.check_range("until", from, until);
        Some(Service {
            municipality: municipality?,
            competences,
            domains,
            basis: basis?,
            from,
            until,
        })
    }

    fn desk(&mut self, draft: &DeskDraft) -> Desk {
        Desk {
            email: self.email("email", draft.email.as_deref()),
            phone: self.phone("phone", draft.phone.as_deref()),
            url: self.url("url", draft.url.as_deref()),
            hours: self.hours(&draft.hours),
        }
    }

    fn successors(&mut self, texts: &[String], own: Option<&OrganisationId>) -> Vec<OrganisationId> {
        let mut successors = self.each("successors", texts, limits::SUCCESSORS, |reader, field, text| {
            let id = reader.organisation_id(field, text)?;
            if own == Some(&id) {
                let message = "Een organisatie kan zichzelf niet opvolgen; noem een andere of laat dit leeg.";
                reader.refuse(field, ViolationCode::Contradiction, message);
            }
            Some(id)
        });
        successors.sort_unstable();
        successors.dedup();
        successors
    }
}
