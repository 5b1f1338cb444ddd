//! Questions: a text, the municipality of the caller, and filters.

use register::identifier::{CompetenceCode, DomainCode, MunicipalityCode, OrganisationId};
use register::officer::OfficerKind;
use register::organisation::OrganisationKind;
use serde::{Deserialize, Serialize};

/// A question. Every text is valid: it is not a query language that can fail.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Question {
    /// The text as typed. Empty text lists everything that passes the filters, by name.
    pub text: String,
    /// The municipality that the caller works for. One in the text takes precedence.
    pub caller_municipality: Option<MunicipalityCode>,
    /// The filters.
    pub filters: Filters,
    /// How officers of municipalities with equal competences are shown.
    pub grouping: Grouping,
}

// The text can hold facts about a client: a debug print must not carry it into a log.
impl std::fmt::Debug for Question {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Question")
            .field("text", &"***")
            .field("filters", &self.filters)
            .finish_non_exhaustive()
    }
}

/// Filters on results. An officer must match one value of every list that is not empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Filters {
    /// Officers of these organisations.
    pub organisations: Vec<OrganisationId>,
    /// Officers of organisations of these kinds.
    pub organisation_kinds: Vec<OrganisationKind>,
    /// Officers of these kinds.
    pub kinds: Vec<OfficerKind>,
    /// Officers with one of these life domains.
    pub domains: Vec<DomainCode>,
    /// Officers with one of these competences.
    pub competences: Vec<CompetenceCode>,
    /// Officers that serve one of these municipalities. National officers serve all of them.
    pub municipalities: Vec<MunicipalityCode>,
}

impl Filters {
    /// Whether there is no filter.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// How officers of municipalities with equal competences are shown while no municipality is given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Grouping {
    /// As one result, "uw gemeente", with the officers as its members.
    #[default]
    Collapse,
    /// As separate results, next to each other.
    Flat,
}
