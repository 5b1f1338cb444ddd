//! How a question was understood, in a form that people can be shown.

use register::identifier::{CompetenceCode, MunicipalityCode, OrganisationId};
use register::officer::OfficerKind;
use serde::{Deserialize, Serialize};

use crate::score::Score;

/// How a question was understood.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Understanding {
    /// The words that tell something, as they were typed.
    pub words: Vec<String>,
    /// Typing errors and what was made of them.
    pub corrections: Vec<Correction>,
    /// Competences it is about, best first.
    pub competences: Vec<UnderstoodCompetence>,
    /// Organisations that it names.
    pub organisations: Vec<UnderstoodOrganisation>,
    /// Places that it names.
    pub places: Vec<UnderstoodPlace>,
    /// Kinds of officer that it names.
    pub roles: Vec<OfficerKind>,
}

/// A word that was corrected.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// As it was typed.
    pub typed: String,
    /// As it was understood.
    pub meant: String,
}

/// A competence that the text is about.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnderstoodCompetence {
    /// Its code.
    pub code: CompetenceCode,
    /// Its label.
    pub label: String,
    /// How surely.
    pub weight: Score,
    /// The words that led to it.
    pub words: Vec<String>,
}

/// An organisation that the text names.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnderstoodOrganisation {
    /// Its id.
    pub id: OrganisationId,
    /// What it is called in a sentence.
    pub short_name: String,
    /// How surely.
    pub weight: Score,
}

/// A place that the text names.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnderstoodPlace {
    /// As it was typed.
    pub typed: String,
    /// The municipalities it may lie in.
    pub municipalities: Vec<MunicipalityCode>,
}

// The words can hold facts about a client: a debug print must not carry them into a log.
impl std::fmt::Debug for Understanding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Understanding")
            .field("words", &self.words.len())
            .finish_non_exhaustive()
    }
}

impl Understanding {
    /// In words: "eigen bijdrage langdurige zorg, CAK". Empty when nothing but plain words was recognised.
    pub fn sentence(&self) -> String {
        let best = self.competences.first().map_or(Score::ZERO, |competence| competence.weight);
        // What is less than half as sure as the best is a guess, not an understanding.
        let competences = self
            .competences
            .iter()
            .filter(|competence| competence.weight.0 * 2 >= best.0)
            .take(3);
        let mut said: Vec<String> = competences.map(|competence| competence.label.clone()).collect();
        said.extend(self.organisations.iter().map(|organisation| organisation.short_name.clone()));
        said.extend(self.places.iter().map(|place| place.typed.clone()));
        said.extend(self.roles.iter().map(|role| role.as_str().to_owned()));
        said.join(", ")
    }
}
