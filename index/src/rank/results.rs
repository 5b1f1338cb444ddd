//! The results of a search.

use std::ops::Range;

use register::identifier::{CompetenceCode, DomainCode, MunicipalityCode, OfficerName, OrganisationId};
use register::position::Position;
use serde::Serialize;

use super::facets::Facets;
use super::paging::PageCursor;
use crate::document::TextField;
use crate::score::Contribution;
use crate::sort_key::Score;

/// One page of results.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Results {
    /// The position of the register that the results show.
    pub position: Position,
    /// The hits, best first.
    pub hits: Vec<Hit>,
    /// The number of matching officers, including members of groups.
    pub total: usize,
    /// The number of results: a group counts as one, or in a flat list as its members.
    pub results: usize,
    /// The facets; empty if not requested.
    pub facets: Facets,
    /// The cursor of the next page; `None` on the last.
    pub next: Option<PageCursor>,
}

/// One result.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hit {
    /// The officer, or the best officer of a group.
    pub name: OfficerName,
    /// The score by which it is ranked, after the penalty for its rank within its organisation.
    pub score: Score,
    /// The score of the entry alone, the same in every register.
    pub own_score: Score,
    /// The parts of its texts that match.
    pub highlights: Vec<Highlight>,
    /// The competences of the question that it has, best first.
    pub competences: Vec<CompetenceCode>,
    /// The municipal officers with the same competences, if this result represents a group.
    pub group: Option<Group>,
    /// The reasons why it matches, strongest first.
    pub why: Vec<MatchReason>,
    /// The contributions to its score, if requested.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub explanation: Vec<Contribution>,
}

/// "Uw gemeente": officers of municipalities with the same competences.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Group {
    /// The number of members.
    pub size: usize,
    /// The first members in order, including the best, at most [`MAX_MEMBERS`](crate::MAX_MEMBERS).
    pub members: Vec<OfficerName>,
}

/// A fragment of an entry's text with the matching words marked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Highlight {
    /// The field of the text.
    pub field: TextField,
    /// The fragment.
    pub fragment: String,
    /// The byte ranges of the matching words in the fragment.
    pub marked: Vec<Range<usize>>,
}

/// A reason why an entry matches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchReason {
    /// It has a competence that the question is about.
    Competence(CompetenceCode),
    /// The question names its organisation.
    Organisation(OrganisationId),
    /// It serves a municipality that the question names.
    Municipality(MunicipalityCode),
    /// A text field contains a word of the question.
    Words(TextField),
    /// The question names the person.
    Person,
    /// The question names its kind of function.
    Role,
    /// It belongs to a life domain that the question is about.
    Domain(DomainCode),
}
