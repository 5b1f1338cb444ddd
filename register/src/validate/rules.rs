//! What a draft is checked against.

use jiff::civil::Date;

use crate::gazetteer::Gazetteer;
use crate::identifier::{CompetenceCode, DomainCode, MunicipalityCode};
use crate::vocabulary::Vocabulary;

/// The vocabulary, the municipalities and the day: all that the rules depend on besides the draft itself.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// Domains and competences that exist.
    pub vocabulary: &'a Vocabulary,
    /// Municipalities that exist or existed.
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

    /// Whether a municipality of this code exists or existed.
    pub(super) fn knows_municipality(&self, code: &MunicipalityCode) -> bool {
        self.gazetteer.municipality(code).is_some() || self.gazetteer.former(code).is_some()
    }

    /// The life domains of `competences`, each once, in the order in which the competences name them.
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
