//! The reference data for validation.

use jiff::civil::Date;

use crate::gazetteer::Gazetteer;
use crate::identifier::{CompetenceCode, DomainCode, MunicipalityCode};
use crate::vocabulary::Vocabulary;

/// Everything that validation depends on besides the draft.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// The existing domains and competences.
    pub vocabulary: &'a Vocabulary,
    /// The current and former municipalities.
    pub gazetteer: &'a Gazetteer,
    /// Today in the Netherlands.
    pub today: Date,
}

impl<'a> Rules<'a> {
    /// The rules on `today`.
    pub fn new(vocabulary: &'a Vocabulary, gazetteer: &'a Gazetteer, today: Date) -> Self {
        Self {
            vocabulary,
            gazetteer,
            today,
        }
    }

    /// Whether the code belongs to a current or former municipality.
    pub(super) fn knows_municipality(&self, code: &MunicipalityCode) -> bool {
        self.gazetteer.municipality(code).is_some() || self.gazetteer.former(code).is_some()
    }

    /// The life domains of `competences`, each once, in order of the competences.
    pub(super) fn domains_of(&self, competences: &[CompetenceCode]) -> Vec<DomainCode> {
        let mut domains: Vec<DomainCode> = Vec::new();
        for code in competences
            .iter()
            .flat_map(|code| self.vocabulary.domains_of_competence(code))
        {
            if !domains.contains(code) {
                domains.push(code.clone());
            }
        }
        domains
    }
}
