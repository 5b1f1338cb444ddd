//! What a document is found by: the terms of its fields and its codes.
//!
//! The same terms go into the committed index and into the segments in memory, so an entry scores the same in both.

use std::collections::BTreeMap;

use crate::analyser::{Analyser, Word};
use crate::document::IndexedOfficer;
use crate::results::TextField;

use super::aside;

/// The mark before a word in its written form, which stands beside its stem in the same field. Typing errors and
/// prefixes are looked for among these.
pub(crate) const WRITTEN: char = '=';

/// The terms of one field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FieldTerms {
    /// How often each term stands in the field.
    pub(crate) frequencies: BTreeMap<String, u32>,
    /// How many words the field has.
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
    /// By [`TextField`], in its order.
    pub(crate) fields: [FieldTerms; 5],
    /// What it can be filtered and found by beside words; see [`code`].
    pub(crate) codes: Vec<String>,
}

impl DocumentTerms {
    /// The terms of `officer`.
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
        for range in aside::statements(&officer.description) {
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
        // A name is no Dutch word: it is neither stemmed nor split, and an initial is no name.
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

/// The codes by which a document can be found: one letter for the sort, a colon, the code.
pub(crate) mod code {
    use register::identifier::{CompetenceCode, DomainCode, MunicipalityCode, OfficerName, OrganisationId};
    use register::officer::OfficerKind;
    use register::organisation::OrganisationKind;

    pub(crate) fn competence(code: &CompetenceCode) -> String {
        format!("c:{code}")
    }
    pub(crate) fn not_for(code: &CompetenceCode) -> String {
        format!("n:{code}")
    }
    pub(crate) fn domain(code: &DomainCode) -> String {
        format!("d:{code}")
    }
    pub(crate) fn municipality(code: &MunicipalityCode) -> String {
        format!("m:{code}")
    }
    pub(crate) fn organisation(id: &OrganisationId) -> String {
        format!("o:{id}")
    }
    pub(crate) fn organisation_kind(kind: OrganisationKind) -> String {
        format!("s:{}", kind.as_str())
    }
    pub(crate) fn kind(kind: OfficerKind) -> String {
        format!("k:{}", kind.as_str())
    }
    pub(crate) fn name(name: &OfficerName) -> String {
        format!("={}/{}", name.organisation, name.officer)
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
