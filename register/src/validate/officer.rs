//! Validates officers.

use jiff::civil::Date;

use super::draft_reader::{DraftReader, are_blank, is_absent, is_blank};
use super::{Rules, limits};
use crate::draft::{NotForDraft, OfficerDraft};
use crate::identifier::{CompetenceCode, DomainCode, MunicipalityCode};
use crate::officer::{ManagedBy, NotFor, Officer, OfficerKind};
use crate::violation::{Violation, ViolationCode};

/// Validates an officer, or returns all violations. Absent fields get their defaults:
///
/// - `kind`: maatwerkfunctionaris; `managed_by`: sync; `approach.prefer`: mail, or phone if there is only a phone number;
/// - `domains`: those of its competences.
///
/// An expired name is dropped, with the mail address and number if these are the person's own. It is not a violation: an
/// organisation's nightly list must not fail as a whole because a date has passed.
///
/// Rules about the whole set of officers (duplicates, deputies, contact details) are checked by [`super::OfficerSet`].
pub fn officer(draft: &OfficerDraft, rules: &Rules<'_>) -> Result<Officer, Vec<Violation>> {
    let mut reader = DraftReader::new(rules);
    let officer = reader.officer(draft);
    reader.finish(officer)
}

/// Like [`officer`], but without suggestions, for a list with so many violations that more are only counted.
pub(super) fn officer_in_brief(draft: &OfficerDraft, rules: &Rules<'_>) -> Result<Officer, Vec<Violation>> {
    let mut reader = DraftReader::without_suggestions(rules);
    let officer = reader.officer(draft);
    reader.finish(officer)
}

impl DraftReader<'_> {
    fn officer(&mut self, draft: &OfficerDraft) -> Option<Officer> {
        // Reads everything before the first `?`, so that all violations are found.
        let organisation = self.organisation_id("organisation", &draft.organisation);
        let id = self.officer_id("id", &draft.id);
        let (name, name_until) = self.name(draft);
        let missing_title = "De functie heeft geen titel; schrijf hoe de functie heet.";
        let function_title = self.required_line("function_title", &draft.function_title, limits::FUNCTION_TITLE, missing_title);
        let kind = self.word(
            "kind",
            &draft.kind,
            &OfficerKind::ALL.map(OfficerKind::as_str),
            OfficerKind::parse,
        );
        let description = self.lines("description", &draft.description, limits::DESCRIPTION);
        let competences = self.competences("competences", &draft.competences);
        let domains = self.officer_domains(draft, &competences);
        let not_for = self.not_for(&draft.not_for, &competences);
        let area = self.area(&draft.area);
        let mandates = self.mandates(&draft.mandates, &competences);
        let contact = self.contact(&draft.contact, name.is_some());
        let approach = self.approach(&draft.approach, &contact);
        let hours = self.hours(&draft.hours);
        let deputy = draft.deputy.as_deref().filter(|text| !is_blank(text));
        let deputy = deputy.and_then(|text| self.officer_id("deputy", text));
        let managed_by = self.word("managed_by", &draft.managed_by, &["sync", "page"], ManagedBy::parse);

        let mut officer = Officer {
            organisation: organisation?,
            id: id?,
            name,
            name_until,
            function_title,
            kind: kind.unwrap_or_default(),
            description,
            domains,
            competences,
            not_for,
            area,
            mandates,
            approach,
            contact,
            hours,
            deputy,
            managed_by: managed_by.unwrap_or_default(),
        };
        if officer.has_ended_name_on(self.rules.today) {
            officer.end_name();
        }
        Some(officer)
    }

    fn name(&mut self, draft: &OfficerDraft) -> (Option<String>, Option<Date>) {
        let was_given = !is_absent(draft.name.as_deref());
        let name = self.optional_line("name", draft.name.as_deref(), limits::NAME);
        let until_text = draft.name_until.as_deref().filter(|text| !is_blank(text));
        let until = self.date("name_until", until_text);
        match (was_given, until_text) {
            (true, None) => {
                let message = "Er is een naam zonder einddatum; vul de laatste dag in waarop de naam getoond mag worden.";
                self.refuse("name_until", ViolationCode::Required, message);
            }
            (false, Some(_)) => {
                let message = "Er is een einddatum van een naam, maar geen naam; vul beide in of geen van beide.";
                self.refuse("name_until", ViolationCode::Contradiction, message);
            }
            _ => {}
        }
        let latest = self.rules.latest_name_until();
        if until.is_some_and(|until| until > latest) {
            let message = "De einddatum van de naam ligt meer dan twee jaar vooruit; kies een eerdere dag.";
            self.refuse("name_until", ViolationCode::TooLong, message);
        }
        (name, until)
    }

    fn officer_domains(&mut self, draft: &OfficerDraft, competences: &[CompetenceCode]) -> Vec<DomainCode> {
        if are_blank(&draft.domains) && are_blank(&draft.competences) {
            let message =
                "Er staat geen leefgebied en geen competentie bij; noem er minstens één, anders vindt niemand deze functionaris.";
            self.refuse("competences", ViolationCode::Required, message);
        }
        let domains = self.domains("domains", &draft.domains);
        // Another vocabulary may give a competence other domains.
        if are_blank(&draft.domains) && !self.rules.accepts_unknown_codes() {
            self.rules.domains_of(competences)
        } else {
            domains
        }
    }

    fn not_for(&mut self, drafts: &[NotForDraft], competences: &[CompetenceCode]) -> Vec<NotFor> {
        self.each("not_for", drafts, limits::NOT_FOR, |reader, step, draft| {
            reader.inside(step, |reader| {
                let competence = reader.competence("competence", &draft.competence);
                let see = reader.optional_line("see", draft.see.as_deref(), limits::REMARK);
                let competence = competence?;
                if competences.contains(&competence) {
                    let message =
                        format!("{competence} staat zowel bij de competenties als bij ‘niet voor’; haal haar op één plek weg.");
                    reader.refuse("competence", ViolationCode::Contradiction, message);
                }
                Some(NotFor { competence, see })
            })
        })
    }

    /// Reads the area. It is a set, so it is sorted: another order is not a change.
    fn area(&mut self, texts: &[String]) -> Vec<MunicipalityCode> {
        let mut area = self.each_given("area", texts, limits::AREA, Self::municipality);
        area.sort_unstable();
        area.dedup();
        area
    }
}
