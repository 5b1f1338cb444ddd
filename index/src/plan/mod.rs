//! The compiled question.
//!
//! A plan is made once, by the node that was asked, from the text, the vocabulary, the gazetteer and the names of
//! organisations. It holds all that a score needs beside the entry, so that another register can score it later and come
//! to the same numbers. What it was understood as goes along, for the answer.

mod compile;
mod correct;
mod in_one;
mod kin;
mod organisations;
mod places;
#[cfg(test)]
mod tests;
mod together;
mod translate;
mod understanding;
mod vocabulary;
mod wire;

use register::identifier::{CompetenceCode, DomainCode, MunicipalityCode, OrganisationId};
use register::officer::OfficerKind;
use register::organisation::OrganisationKind;
use serde::{Deserialize, Serialize};

pub use understanding::{Correction, Understanding, UnderstoodCompetence, UnderstoodOrganisation, UnderstoodPlace};

pub use wire::PLAN_FORM;

use crate::language::{Executor, Versions};
use crate::question::{Filters, Grouping};
use crate::score::Score;

/// A question, ready to be scored by any register of the same [`Versions`].
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// What it was made with.
    pub versions: Versions,
    /// What the answer is limited to.
    pub filters: Filters,
    /// What becomes of the same desk of many municipalities.
    pub grouping: Grouping,
    /// How the text was understood.
    pub understanding: Understanding,
    /// Whether there was no text: everything that passes the filters, by name.
    pub(crate) is_browse: bool,
    /// Words to look for in texts and names.
    pub(crate) words: Vec<PlannedWord>,
    /// Competences that the text is about, best first.
    pub(crate) competences: Vec<PlannedCompetence>,
    /// Life domains that it is about.
    pub(crate) domains: Vec<(DomainCode, Score)>,
    /// Organisations that it names.
    pub(crate) organisations: Vec<(OrganisationId, Score)>,
    /// Kinds of organisation that it names.
    pub(crate) organisation_kinds: Vec<(OrganisationKind, Score)>,
    /// Kinds of officer that it names.
    pub(crate) roles: Vec<(OfficerKind, Score)>,
    /// Municipalities that it names, or else the asker's. Officers for other areas sink.
    pub(crate) municipalities: Vec<MunicipalityCode>,
    /// What serving a named municipality gives; nothing for the asker's.
    pub(crate) municipality_weight: Score,
    /// What scores less is no result.
    pub(crate) least: Score,
}

// The words of a question can hold facts about a client: a debug print must not carry them into a log.
impl std::fmt::Debug for Plan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Plan")
            .field("versions", &self.versions)
            .field("words", &self.words.len())
            .finish_non_exhaustive()
    }
}

impl Plan {
    /// Whether nothing in the text was recognisable: such a plan has no hits, and that is its answer.
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

    /// The municipalities that were named, or else the asker's.
    pub fn municipalities(&self) -> &[MunicipalityCode] {
        &self.municipalities
    }
}

/// A word to look for.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PlannedWord {
    /// As it was typed, folded.
    pub(crate) surface: String,
    /// How much it tells.
    pub(crate) weight: Score,
    /// The terms it is found by, and what share of the weight each has: the whole word, its parts, its correction.
    pub(crate) terms: Vec<(String, Score)>,
    /// Words of entries that it may be another spelling of.
    pub(crate) approximate: Option<Approximate>,
}

/// What written forms a word stands for beside its own.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Approximate {
    /// At most so many typing errors, the first letter right.
    pub(crate) errors: u8,
    /// Whether longer words that begin with it count too.
    pub(crate) is_prefix: bool,
}

/// A competence to look for.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PlannedCompetence {
    pub(crate) code: CompetenceCode,
    /// How surely the text is about it.
    pub(crate) weight: Score,
    /// Who carries it out, the most likely first; empty when nobody in particular does.
    pub(crate) executors: Vec<Executor>,
    /// Whether it counts at these executors only.
    pub(crate) is_theirs_only: bool,
    /// The words of the text that led to it.
    pub(crate) words: Vec<String>,
}
