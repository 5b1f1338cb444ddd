//! What a search answers.

use std::ops::Range;

use register::identifier::{CompetenceCode, DomainCode, MunicipalityCode, OfficerName, OrganisationId};
use register::organisation::OrganisationKind;
use register::position::Position;
use serde::Serialize;

use crate::score::Score;
use crate::share::Place;

/// Which part of an answer is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paging {
    /// At most so many hits.
    pub limit: usize,
    /// Where the page before ended; this one begins after it.
    pub after: Option<Place>,
    /// Whether each hit carries how it came to its score.
    pub explain: bool,
    /// Whether the answer counts what it could be narrowed down to.
    pub facets: bool,
}

impl Paging {
    /// The first `limit` hits, with facets.
    pub fn first(limit: usize) -> Self {
        Self {
            limit,
            after: None,
            explain: false,
            facets: true,
        }
    }
}

/// One page of an answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Results {
    /// The position of the register that the answer was made from.
    pub position: Position,
    /// The hits, best first.
    pub hits: Vec<Hit>,
    /// How many officers match in all, members of groups included.
    pub total: usize,
    /// How many results there are: each group counted as one, in a flat list each of its members.
    pub results: usize,
    /// How many of them there are by kind of thing; empty when nobody asked.
    pub facets: Facets,
    /// Where to ask the next page from; none when this was the last.
    pub next: Option<Place>,
}

/// One result.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hit {
    /// The officer, or the best one of a group.
    pub name: OfficerName,
    /// The score by which it stands where it stands: after the penalty for its rank within its organisation.
    pub score: Score,
    /// The score of the entry alone, which is the same in every register.
    pub own_score: Score,
    /// Where its text says what was asked.
    pub highlights: Vec<Highlight>,
    /// Its competences that the question is about, best first.
    pub competences: Vec<CompetenceCode>,
    /// The same desk of many municipalities, when this result stands for them.
    pub group: Option<Group>,
    /// Why it is a result, strongest first.
    pub why: Vec<Why>,
    /// What gave how much, when asked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub explanation: Vec<Contribution>,
}

/// "Uw gemeente": officers of municipalities with the same set of competences.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Group {
    /// How many there are.
    pub size: usize,
    /// The first of them in order, the best one included, at most [`MOST_MEMBERS`](crate::MOST_MEMBERS).
    pub members: Vec<OfficerName>,
}

/// A piece of an entry's text with the words that were asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Highlight {
    /// In which field it stands.
    pub field: TextField,
    /// The piece.
    pub fragment: String,
    /// Byte ranges of the words in it.
    pub marked: Vec<Range<usize>>,
}

/// The fields of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TextField {
    /// The title of the function.
    FunctionTitle,
    /// The description.
    Description,
    /// The mandates in words.
    Mandate,
    /// The names of the organisation.
    Organisation,
    /// The name of the person.
    Person,
}

impl TextField {
    /// All fields.
    pub const ALL: [TextField; 5] = [
        Self::FunctionTitle,
        Self::Description,
        Self::Mandate,
        Self::Organisation,
        Self::Person,
    ];

    /// The word for it in explanations.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FunctionTitle => "function_title",
            Self::Description => "description",
            Self::Mandate => "mandate",
            Self::Organisation => "organisation",
            Self::Person => "person",
        }
    }
}

/// One reason why an entry is a result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// It holds a competence that the question is about.
    Competence(CompetenceCode),
    /// Its organisation is named.
    Organisation(OrganisationId),
    /// It serves the municipality that is named.
    Municipality(MunicipalityCode),
    /// Its text says a word of the question.
    Words(TextField),
    /// Its person is named.
    Person,
    /// Its kind of function is named.
    Role,
    /// It belongs to a life domain that the question is about.
    Domain(DomainCode),
}

/// What one thing gave to a score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Contribution {
    /// The layer: `vocabulary`, `words`, `organisation`, `place`, `role`, `person`, `rank`.
    pub layer: &'static str,
    /// The field or code that matched.
    pub field: String,
    /// The word or words of the question.
    pub word: String,
    /// What it gave.
    pub score: Score,
}

/// How many matching officers there are of each thing, most first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Facets {
    /// By organisation.
    pub organisations: Vec<(OrganisationId, usize)>,
    /// By kind of organisation.
    pub organisation_kinds: Vec<(OrganisationKind, usize)>,
    /// By life domain.
    pub domains: Vec<(DomainCode, usize)>,
    /// By competence.
    pub competences: Vec<(CompetenceCode, usize)>,
    /// By municipality that is served; whoever serves the whole country is not counted here.
    pub municipalities: Vec<(MunicipalityCode, usize)>,
}
