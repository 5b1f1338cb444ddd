//! The terms of a document: those of its text fields, and its codes.
//!
//! Committed segments and segments in memory hold the same terms, so an entry scores the same in both.

use std::collections::BTreeMap;

use super::negated_sentences::searchable_sentences;
use crate::analyse::{Analyser, Word};
use crate::document::{IndexedOfficer, TextField};

/// The mark before the written form of a word, which is indexed in the same field as its stem. Approximate and prefix
/// matching use these terms.
pub(crate) const WRITTEN: char = '=';

/// The terms of one field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FieldTerms {
    /// The frequency of each term in the field.
    pub(crate) frequencies: BTreeMap<String, u32>,
    /// The number of words of the field.
    pub(crate) length: u32,
}

impl FieldTerms {
    fn add(&mut self, word: &Word) {
        self.length += 1;
        self.count(format!("{WRITTEN}{}", word.surface));
        self.count(word.whole.clone());
        for part in &word.parts {
            self.count(part.clone());
        }
    }

    fn count(&mut self, term: String) {
        *self.frequencies.entry(term).or_default() += 1;
    }
}

/// The terms of all fields of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct DocumentTerms {
    /// The text fields, in the order of [`TextField`].
    pub(crate) fields: [FieldTerms; 5],
    /// The codes; see [`code`].
    pub(crate) codes: Vec<String>,
}

impl DocumentTerms {
    /// Makes the terms of `officer`.
    pub(crate) fn of(officer: &IndexedOfficer, analyser: &Analyser) -> Self {
        let mut terms = Self {
            codes: codes(officer),
            ..Self::default()
        };
        let mut add = |field: TextField, text: &str| {
            for word in analyser.document_words(text) {
                terms.fields[field as usize].add(&word);
            }
        };
        add(TextField::FunctionTitle, &officer.function_title);
        for range in searchable_sentences(&officer.description) {
            add(TextField::Description, &officer.description[range]);
        }
        for text in &officer.mandate_texts {
            add(TextField::Mandate, text);
        }
        add(TextField::Organisation, &officer.organisation.name);
        if officer.organisation.short_name != officer.organisation.name {
            add(TextField::Organisation, &officer.organisation.short_name);
        }
        for alias in &officer.organisation.aliases {
            add(TextField::Organisation, alias);
        }
        // Names are not Dutch words, so they are neither stemmed nor split. Initials are left out.
        let person = &mut terms.fields[TextField::Person as usize];
        for word in officer
            .person
            .iter()
            .flat_map(|person| analyser.name_words(person))
            .filter(|word| word.surface.len() > 1)
        {
            person.length += 1;
            person.count(format!("{WRITTEN}{}", word.surface));
        }
        terms
    }
}

/// The codes by which a document can be found: a letter for the type, a colon, the code.
pub(crate) mod code {
    use register::identifier::{CompetenceCode, DomainCode, MunicipalityCode, OfficerName, OrganisationId};
    use register::officer::OfficerKind;
    use register::organisation::OrganisationKind;

    pub(crate) fn competence(code: &CompetenceCode) -> String {
        ["c:", code.as_str()].concat()
    }
    pub(crate) fn not_for(code: &CompetenceCode) -> String {
        ["n:", code.as_str()].concat()
    }
    pub(crate) fn domain(code: &DomainCode) -> String {
        ["d:", code.as_str()].concat()
    }
    pub(crate) fn municipality(code: &MunicipalityCode) -> String {
        ["m:", code.as_str()].concat()
    }
    pub(crate) fn organisation(id: &OrganisationId) -> String {
        ["o:", id.as_str()].concat()
    }
    pub(crate) fn organisation_kind(kind: OrganisationKind) -> String {
        ["s:", kind.as_str()].concat()
    }
    pub(crate) fn kind(kind: OfficerKind) -> String {
        ["k:", kind.as_str()].concat()
    }
    pub(crate) fn name(name: &OfficerName) -> String {
        ["=", name.organisation.as_str(), "/", name.officer.as_str()].concat()
    }
}

fn codes(officer: &IndexedOfficer) -> Vec<String> {
    let mut codes = vec![
        code::name(&officer.name),
        code::organisation(&officer.organisation.id),
        code::organisation_kind(officer.organisation.kind),
        code::kind(officer.kind),
    ];
    codes.extend(officer.competences.iter().map(code::competence));
    codes.extend(officer.not_for.iter().map(code::not_for));
    codes.extend(officer.domains.iter().map(code::domain));
    codes.extend(officer.area.iter().map(code::municipality));
    codes.sort_unstable();
    codes.dedup();
    codes
}
