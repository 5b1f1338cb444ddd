//! What is asked: a text, where the asker is, and what the answer must be limited to.

use register::identifier::{CompetenceCode, DomainCode, MunicipalityCode, OrganisationId};
use register::officer::OfficerKind;
use register::organisation::OrganisationKind;
use serde::{Deserialize, Serialize};

/// A question. Any text is a good one: it is never a query language that can fail.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Question {
    /// What was typed. Empty: browse what the filters leave, by name.
    pub text: String,
    /// The municipality that the asker works for; one in the text goes before it.
    pub asker: Option<MunicipalityCode>,
    /// What the answer is limited to.
    pub filters: Filters,
    /// What becomes of the same desk of many municipalities.
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

/// Hard limits of an answer. Within one list any value suffices; every list that is not empty must be met.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Filters {
    /// Of these organisations.
    pub organisations: Vec<OrganisationId>,
    /// Of organisations of these kinds.
    pub organisation_kinds: Vec<OrganisationKind>,
    /// Officers of these kinds.
    pub kinds: Vec<OfficerKind>,
    /// With one of these life domains.
    pub domains: Vec<DomainCode>,
    /// With one of these competences.
    pub competences: Vec<CompetenceCode>,
    /// Serving one of these municipalities; whoever serves the whole country serves each.
    pub municipalities: Vec<MunicipalityCode>,
}

impl Filters {
    /// Whether nothing is limited.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What becomes of the same desk of many municipalities when nobody said which municipality is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Grouping {
    /// One result, "uw gemeente", with its members as a choice.
    #[default]
    Collapse,
    /// A flat list, in which the group stands as its members in order.
    Flat,
}
