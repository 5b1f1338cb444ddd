//! Reads codes and identifiers: of the vocabulary, municipalities, organisations and officers.

use super::draft_reader::{DraftReader, is_blank};
use super::limits;
use super::quote::{join_with_or, quoted};
use crate::identifier::{CompetenceCode, DomainCode, MunicipalityCode, OfficerId, OrganisationId};
use crate::oin::Oin;
use crate::violation::ViolationCode;

/// The longest text that is looked up as a code, in bytes.
const LONGEST: usize = 64;

/// The message for a malformed OIN.
pub(super) const NOT_AN_OIN: &str =
    "Dit is geen OIN; een OIN telt 20 tekens en begint met een bekend voorvoegsel, zoals 00000001.";

impl DraftReader<'_> {
    /// Reads a competence of the vocabulary.
    pub(super) fn competence(&mut self, field: &str, text: &str) -> Option<CompetenceCode> {
        let text = text.trim();
        let code = in_capitals(text).and_then(|text| CompetenceCode::parse(&text).ok());
        let known = code.filter(|code| self.rules.accepts_unknown_codes() || self.rules.vocabulary.competence(code).is_some());
        if known.is_none() {
            let suggestion = self.suggestion(text);
            let subject = quoted("De competentie", "Deze competentie", text);
            let message = format!("{subject} staat niet in het vocabulaire{suggestion}");
            self.refuse(field, ViolationCode::UnknownCode, message);
        }
        known
    }

    /// Reads competences, each once, in the given order.
    pub(super) fn competences(&mut self, field: &str, texts: &[String]) -> Vec<CompetenceCode> {
        let found = self.each_given(field, texts, limits::COMPETENCES, Self::competence);
        each_once(found)
    }

    /// Reads life domains, each once, in the given order.
    pub(super) fn domains(&mut self, field: &str, texts: &[String]) -> Vec<DomainCode> {
        let found = self.each_given(field, texts, limits::DOMAINS, Self::domain);
        each_once(found)
    }

    fn domain(&mut self, field: &str, text: &str) -> Option<DomainCode> {
        let text = text.trim();
        let code = in_capitals(text).and_then(|text| DomainCode::parse(&text).ok());
        let known = code.filter(|code| self.rules.accepts_unknown_codes() || self.rules.vocabulary.domain(code).is_some());
        if known.is_none() {
            let codes: Vec<&str> = self
                .rules
                .vocabulary
                .domains()
                .iter()
                .map(|domain| domain.code.as_str())
                .collect();
            let subject = quoted("Het leefgebied", "Dit leefgebied", text);
            let message = format!("{subject} is niet bekend; kies {}.", join_with_or(&codes));
            self.refuse(field, ViolationCode::UnknownCode, message);
        }
        known
    }

    /// Reads the code of a municipality, current or former.
    pub(super) fn municipality(&mut self, field: &str, text: &str) -> Option<MunicipalityCode> {
        let text = text.trim();
        let code = in_capitals(text).and_then(|text| MunicipalityCode::parse(&text).ok());
        let Some(code) = code else {
            let message = "Dit is geen gemeentecode; schrijf GM en de vier cijfers van het CBS, zoals GM0363.";
            self.refuse(field, ViolationCode::Malformed, message);
            return None;
        };
        if !self.rules.knows_municipality(&code) {
            let message = format!("Er is geen gemeente met code ‘{text}’; zoek de code op bij het CBS.");
            self.refuse(field, ViolationCode::UnknownCode, message);
            return None;
        }
        Some(code)
    }

    /// Reads the id of an organisation.
    pub(super) fn organisation_id(&mut self, field: &str, text: &str) -> Option<OrganisationId> {
        let id = OrganisationId::parse(text.trim()).ok();
        if id.is_none() {
            let message = "Dit is geen kenmerk van een organisatie; gebruik kleine letters, cijfers en streepjes, zoals gm0363.";
            self.refuse(field, self.required_or_malformed(text), message);
        }
        id
    }

    /// Reads the id of an officer.
    pub(super) fn officer_id(&mut self, field: &str, text: &str) -> Option<OfficerId> {
        let id = OfficerId::parse(text.trim()).ok();
        if id.is_none() {
            let message =
                "Dit is geen kenmerk van een functionaris; gebruik 1 tot 64 kleine letters, cijfers, streepjes of punten.";
            self.refuse(field, self.required_or_malformed(text), message);
        }
        id
    }

    /// Reads an OIN.
    pub(super) fn oin(&mut self, field: &str, text: &str) -> Option<Oin> {
        let oin = Oin::parse(text.trim()).ok();
        if oin.is_none() {
            self.refuse(field, ViolationCode::Malformed, NOT_AN_OIN);
        }
        oin
    }

    fn required_or_malformed(&self, text: &str) -> ViolationCode {
        if is_blank(text) {
            ViolationCode::Required
        } else {
            ViolationCode::Malformed
        }
    }

    fn suggestion(&mut self, text: &str) -> String {
        let known = if text.len() <= LONGEST && self.may_suggest() {
            self.rules.vocabulary.nearest_competences(text)
        } else {
            Vec::new()
        };
        if known.is_empty() {
            return "; kies een code uit het vocabulaire.".to_owned();
        }
        let known: Vec<&str> = known.into_iter().map(CompetenceCode::as_str).collect();
        format!("; bedoelt u {}?", join_with_or(&known))
    }
}

fn in_capitals(text: &str) -> Option<String> {
    (text.len() <= LONGEST).then(|| text.to_ascii_uppercase())
}

fn each_once<T: PartialEq>(codes: Vec<T>) -> Vec<T> {
    let mut once = Vec::with_capacity(codes.len());
    for code in codes {
        if !once.contains(&code) {
            once.push(code);
        }
    }
    once
}
