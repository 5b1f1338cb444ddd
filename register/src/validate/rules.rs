//! The reference data for validation.

use jiff::{ToSpan as _, civil::Date};

use super::limits;

use crate::gazetteer::Gazetteer;
use crate::identifier::{CompetenceCode, DomainCode, MunicipalityCode};
use crate::vocabulary::Vocabulary;

/// How far the day of a peer may be ahead.
const DAYS_AHEAD: i64 = 2;

/// Everything that validation depends on besides the draft.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// The existing domains and competences.
    pub vocabulary: &'a Vocabulary,
    /// The current and former municipalities.
    pub gazetteer: &'a Gazetteer,
    /// Today in the Netherlands.
    pub today: Date,
    /// Whether the input comes from a peer, which may know more codes and have a clock of its own.
    is_of_peer: bool,
}

impl<'a> Rules<'a> {
    /// The rules on `today`.
    pub fn new(vocabulary: &'a Vocabulary, gazetteer: &'a Gazetteer, today: Date) -> Self {
        Self {
            vocabulary,
            gazetteer,
            today,
            is_of_peer: false,
        }
    }

    /// The rules for what a peer sends: its codes may be of a newer vocabulary, and its day may be another one.
    pub(super) fn for_peer(self) -> Self {
        Self {
            is_of_peer: true,
            ..self
        }
    }

    /// Whether a well-formed code passes without being known here.
    pub(super) fn accepts_unknown_codes(&self) -> bool {
        self.is_of_peer
    }

    /// The last day that a name may have as its last one.
    pub(super) fn latest_name_until(&self) -> Date {
        let days = if self.is_of_peer { DAYS_AHEAD } else { 0 };
        let latest = self.today.saturating_add(limits::NAME_YEARS_AHEAD.years());
        latest.saturating_add(days.days())
    }

    /// The last day on which something may have happened already.
    pub(super) fn latest_past_day(&self) -> Date {
        self.today.saturating_add(DAYS_AHEAD.days())
    }

    /// Whether the code belongs to a current or former municipality.
    pub(super) fn knows_municipality(&self, code: &MunicipalityCode) -> bool {
        self.is_of_peer || self.gazetteer.municipality(code).is_some() || self.gazetteer.former(code).is_some()
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
