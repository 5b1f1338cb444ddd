//! Plans: compiled questions.
//!
//! The node that receives a question compiles it once, from the text, the vocabulary, the gazetteer and the names of
//! organisations. A plan holds everything that a score needs besides the entry, so another register that scores it gets the
//! same numbers.

use std::ops::Deref;
use std::sync::Arc;

use register::identifier::{CompetenceCode, DomainCode, MunicipalityCode, OrganisationId};
use register::officer::OfficerKind;
use register::organisation::OrganisationKind;

use super::question::{Filters, Grouping};
use super::understanding::Understanding;
use crate::analyse::{Executor, Versions};
use crate::sort_key::Score;
use crate::weights::Weights;

/// A compiled question, which any register of the same [`Versions`] can score.
///
/// It reads as its [`PlanParts`]. Only the compiler makes plans, and `TryFrom<PlanParts>`, which checks the bounds.
#[derive(Clone, PartialEq)]
pub struct Plan {
    /// How the text was understood; empty in a plan that was made from parts.
    pub understanding: Understanding,
    /// The weights of the scorer.
    pub(crate) weights: Arc<Weights>,
    parts: PlanParts,
}

impl Plan {
    /// Wraps parts that are within bounds.
    pub(super) fn new(parts: PlanParts, understanding: Understanding, weights: Arc<Weights>) -> Self {
        Self {
            understanding,
            weights,
            parts,
        }
    }

    /// Takes the plan apart, dropping how the text was understood.
    pub fn into_parts(self) -> PlanParts {
        self.parts
    }

    /// Whether nothing in the text was recognised. Such a plan matches nothing.
    pub fn is_empty(&self) -> bool {
        !self.is_browse
            && self.words.is_empty()
            && self.competences.is_empty()
            && self.organisations.is_empty()
            && self.organisation_kinds.is_empty()
            && self.roles.is_empty()
            && self.domains.is_empty()
            && self.municipality_weight == Score::ZERO
    }
}

impl Deref for Plan {
    type Target = PlanParts;

    fn deref(&self) -> &PlanParts {
        &self.parts
    }
}

/// The parts of a plan, by which it can be converted to and from a message.
#[derive(Clone, PartialEq, Eq)]
pub struct PlanParts {
    /// The versions of what the plan was made with.
    pub versions: Versions,
    /// The filters.
    pub filters: Filters,
    /// How officers of municipalities with equal competences are shown.
    pub grouping: Grouping,
    /// Whether the text was empty: everything that passes the filters matches, by name.
    pub is_browse: bool,
    /// The words to look for in texts and names.
    pub words: Vec<PlannedWord>,
    /// The competences that the text is about, best first.
    pub competences: Vec<PlannedCompetence>,
    /// The life domains that it is about.
    pub domains: Vec<(DomainCode, Score)>,
    /// The organisations that it names.
    pub organisations: Vec<(OrganisationId, Score)>,
    /// The kinds of organisation that it names.
    pub organisation_kinds: Vec<(OrganisationKind, Score)>,
    /// The kinds of officer that it names.
    pub roles: Vec<(OfficerKind, Score)>,
    /// The municipalities that it names, else the caller's. Officers for other areas score lower.
    pub municipalities: Vec<MunicipalityCode>,
    /// What an officer gains that serves a named municipality; zero for the caller's.
    pub municipality_weight: Score,
    /// The lowest score of a result.
    pub min_score: Score,
}

impl PlanParts {
    /// Returns the needs of a text about several, best first.
    pub fn needs(&self) -> impl Iterator<Item = &PlannedCompetence> {
        self.competences.iter().filter(|competence| competence.is_need)
    }
}

// The words of a question can hold facts about a client, so no debug print may carry them into a log.
impl std::fmt::Debug for Plan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Plan")
            .field("versions", &self.versions)
            .field("words", &self.words.len())
            .finish_non_exhaustive()
    }
}

/// A word to look for.
#[derive(Clone, PartialEq, Eq)]
pub struct PlannedWord {
    /// The word as typed, folded.
    pub surface: String,
    /// The weight of the word.
    pub weight: Score,
    /// The terms that match it, each with its share of the weight: the stem, compound parts, corrections.
    pub terms: Vec<(String, Score)>,
    /// How much words of entries may differ from it, for words that are not known.
    pub approximate: Option<ApproximateMatching>,
}

/// How much words of entries may differ from a typed word.
#[derive(Clone, PartialEq, Eq)]
pub struct ApproximateMatching {
    /// The most typing errors. The first letter must be right.
    pub max_errors: u8,
    /// Whether longer words that begin with it match too.
    pub is_prefix: bool,
}

/// A competence to look for.
#[derive(Clone, PartialEq, Eq)]
pub struct PlannedCompetence {
    /// The code of the competence.
    pub code: CompetenceCode,
    /// How strongly the text indicates it.
    pub weight: Score,
    /// The organisations that carry it out, most likely first; empty if none in particular does.
    pub executors: Vec<Executor>,
    /// Whether it scores only at its executors.
    pub executors_only: bool,
    /// The words of the text that indicate it.
    pub words: Vec<String>,
    /// Whether it is one of several needs, each of which has its best officer among the first results.
    pub is_need: bool,
}
