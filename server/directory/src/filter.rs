//! Parses search filters: words become codes of the vocabulary, or violations that suggest the nearest known codes.

use register::identifier::{CompetenceCode, DomainCode, MunicipalityCode, OrganisationId};
use register::officer::OfficerKind;
use register::organisation::OrganisationKind;
use register::violation::{ViolationCode, Violations};

use super::{Knowledge, limits};

/// The filter of a search, as received. A hit matches one of the values of each field that is not empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct SearchFilter {
    /// Resource names (`organisations/{id}`) or ids.
    pub organisations: Vec<String>,
    /// Words for kinds of organisations.
    pub organisation_kinds: Vec<String>,
    /// Codes of life domains.
    pub domains: Vec<String>,
    /// Codes of competences.
    pub competences: Vec<String>,
    /// CBS codes.
    pub municipalities: Vec<String>,
    /// Words for kinds of officers.
    pub kinds: Vec<String>,
}

/// Parses filters and collects their violations.
pub(super) struct FilterParser<'a> {
    pub(super) knowledge: &'a Knowledge,
    /// Returns whether any of the searched registers knows an organisation.
    pub(super) is_known: &'a (dyn Fn(&OrganisationId) -> bool + Sync),
    pub(super) violations: Violations,
}

impl FilterParser<'_> {
    pub(super) fn filters(&mut self, filter: &SearchFilter) -> index::Filters {
        index::Filters {
            organisations: self.each("filter.organisations", &filter.organisations, Self::organisation),
            organisation_kinds: self.each(
                "filter.organisation_kinds",
                &filter.organisation_kinds,
                |reader, field, word| {
                    let kind = OrganisationKind::parse(word);
                    reader.or_unknown_word(kind, field, &OrganisationKind::ALL.map(OrganisationKind::as_str))
                },
            ),
            kinds: self.each("filter.kinds", &filter.kinds, |reader, field, word| {
                let kind = OfficerKind::parse(word);
                reader.or_unknown_word(kind, field, &OfficerKind::ALL.map(OfficerKind::as_str))
            }),
            domains: self.each("filter.domains", &filter.domains, Self::domain),
            competences: self.each("filter.competences", &filter.competences, Self::competence),
            municipalities: self
                .each("filter.municipalities", &filter.municipalities, Self::municipality)
                .into_iter()
                .flat_map(|code| self.with_successors(code))
                .collect(),
        }
    }

    /// Parses the municipality of the asker. A former municipality becomes the one that took over most of it.
    pub(super) fn asker(&mut self, text: &str) -> Option<MunicipalityCode> {
        if text.is_empty() {
            return None;
        }
        let code = self.municipality("municipality", text)?;
        self.knowledge.gazetteer.current(&code).into_iter().next()
    }

    fn each<T>(&mut self, field: &str, texts: &[String], read: impl Fn(&mut Self, &str, &str) -> Option<T>) -> Vec<T> {
        if texts.len() > limits::FILTER_VALUES {
            let message = "Er staan meer dan 100 waarden in dit filter; noem er minder.";
            self.violations.add(field, ViolationCode::TooLong, message);
        }
        let mut found = Vec::new();
        for (place, text) in texts.iter().take(limits::FILTER_VALUES).enumerate() {
            found.extend(read(self, &format!("{field}[{place}]"), text.trim()));
        }
        found
    }

    fn organisation(&mut self, field: &str, text: &str) -> Option<OrganisationId> {
        let id = text.strip_prefix("organisations/").unwrap_or(text);
        let known = OrganisationId::parse(id).ok().filter(|id| (self.is_known)(id));
        if known.is_none() {
            let message =
                "Deze organisatie staat niet in het register; schrijf organisations/ en het kenmerk, zoals organisations/gm0363.";
            self.violations.add(field, ViolationCode::UnknownReference, message);
        }
        known
    }

    fn domain(&mut self, field: &str, text: &str) -> Option<DomainCode> {
        let vocabulary = &self.knowledge.vocabulary;
        let code = DomainCode::parse(&text.to_uppercase()).ok();
        let known = code.filter(|code| vocabulary.domain(code).is_some());
        if known.is_none() {
            let nearest: Vec<&str> = vocabulary.nearest_domains(text).into_iter().map(DomainCode::as_str).collect();
            self.unknown_code(field, "Dit leefgebied", &nearest);
        }
        known
    }

    fn competence(&mut self, field: &str, text: &str) -> Option<CompetenceCode> {
        let vocabulary = &self.knowledge.vocabulary;
        let code = CompetenceCode::parse(&text.to_uppercase()).ok();
        let known = code.filter(|code| vocabulary.competence(code).is_some());
        if known.is_none() {
            let nearest: Vec<&str> = vocabulary
                .nearest_competences(text)
                .into_iter()
                .map(CompetenceCode::as_str)
                .collect();
            self.unknown_code(field, "Deze competentie", &nearest);
        }
        known
    }

    fn municipality(&mut self, field: &str, text: &str) -> Option<MunicipalityCode> {
        let code = MunicipalityCode::parse(&text.to_uppercase()).ok();
        let known = code.filter(|code| !self.knowledge.gazetteer.current(code).is_empty());
        if known.is_none() {
            let message = "Er is geen gemeente met deze code; schrijf GM en de vier cijfers van het CBS, zoals GM0363.";
            self.violations.add(field, ViolationCode::UnknownCode, message);
        }
        known
    }

    /// Returns the code with its successors: entries may name either, and both mean the same place.
    fn with_successors(&self, code: MunicipalityCode) -> Vec<MunicipalityCode> {
        let mut codes = self.knowledge.gazetteer.current(&code);
        if !codes.contains(&code) {
            codes.push(code);
        }
        codes
    }

    fn or_unknown_word<T>(&mut self, value: Option<T>, field: &str, words: &[&str]) -> Option<T> {
        if value.is_none() {
            let message = format!("Deze waarde bestaat hier niet; mogelijk zijn: {}.", words.join(", "));
            self.violations.add(field, ViolationCode::UnknownValue, message);
        }
        value
    }

    fn unknown_code(&mut self, field: &str, what: &str, nearest: &[&str]) {
        let message = if nearest.is_empty() {
            format!("{what} staat niet in het vocabulaire; kies een code daaruit.")
        } else {
            format!("{what} staat niet in het vocabulaire; bedoelt u {}?", nearest.join(" of "))
        };
        self.violations.add(field, ViolationCode::UnknownCode, message);
    }
}
