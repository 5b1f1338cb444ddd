//! How a question was understood, for display.

use std::ops::Range;

use register::identifier::{CompetenceCode, MunicipalityCode, OrganisationId};
use register::officer::OfficerKind;

use crate::sort_key::Score;

/// How a question was understood.
#[derive(Clone, Default, PartialEq)]
pub struct Understanding {
    /// How sure that is.
    pub certainty: Certainty,
    /// The words with some weight, as typed.
    pub words: Vec<String>,
    /// The corrections that were made.
    pub corrections: Vec<Correction>,
    /// The competences that it is about, best first.
    pub competences: Vec<UnderstoodCompetence>,
    /// The organisations that it names.
    pub organisations: Vec<UnderstoodOrganisation>,
    /// The places that it names.
    pub places: Vec<UnderstoodPlace>,
    /// The kinds of officer that it names.
    pub roles: Vec<OfficerKind>,
    /// The language of the text (BCP 47), if it is not Dutch.
    pub language: Option<&'static str>,
    /// The ranges of the words that were not understood, in bytes of the text.
    pub unknown_words: Vec<Range<usize>>,
    /// What indicates that it is about no scheme.
    pub no_scheme: NoScheme,
}

/// What indicates that a question is about no scheme. For fitting the weights of the certainty.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct NoScheme {
    /// The log-odds of no scheme by the model, with the vocabulary beside it.
    pub by_model: f64,
    /// The share of the content words that the model knows.
    pub known_words: f64,
    /// The highest weight of a scheme by the vocabulary.
    pub by_vocabulary: f64,
}

/// How sure the understanding of a question is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Certainty {
    /// The question is about no scheme that is known, and names nobody.
    #[default]
    NotUnderstood,
    /// It is probably about one of several schemes.
    Unsure,
    /// It is about the first of the schemes, or only names somebody.
    Sure,
}

/// A word that was corrected.
#[derive(Clone, PartialEq, Eq)]
pub struct Correction {
    /// The words as typed, folded.
    pub typed: String,
    /// Their range, in bytes of the text.
    pub range: Range<usize>,
    /// The word as understood.
    pub meant: String,
    /// The language that it was translated from (BCP 47); `None` for a corrected spelling.
    pub language: Option<&'static str>,
}

/// A competence that the text is about.
#[derive(Clone, PartialEq)]
pub struct UnderstoodCompetence {
    /// Its code.
    pub code: CompetenceCode,
    /// Its label.
    pub label: String,
    /// How strongly the text indicates it.
    pub weight: Score,
    /// The probability that the text is about it: of a hundred competences with 0.8, some eighty are.
    pub confidence: f64,
    /// The words that indicate it.
    pub words: Vec<String>,
}

/// An organisation that the text names.
#[derive(Clone, PartialEq, Eq)]
pub struct UnderstoodOrganisation {
    /// Its id.
    pub id: OrganisationId,
    /// The short name, for use in sentences.
    pub short_name: String,
    /// The weight of the name.
    pub weight: Score,
}

/// A place that the text names.
#[derive(Clone, PartialEq, Eq)]
pub struct UnderstoodPlace {
    /// The name as typed; that of the municipality if it was misspelt.
    pub name: String,
    /// The municipalities that it may be in; none if it is outside the European Netherlands, which the register covers.
    pub municipalities: Vec<MunicipalityCode>,
}

// The words can hold facts about a client, so no debug print may carry them into a log.
impl std::fmt::Debug for Understanding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Understanding")
            .field("words", &self.words.len())
            .finish_non_exhaustive()
    }
}

impl Understanding {
    /// Whether it names a place in the area of the register.
    pub(crate) fn has_municipality(&self) -> bool {
        self.places.iter().any(|place| !place.municipalities.is_empty())
    }

    /// The names of places outside the area of the register.
    pub fn places_elsewhere(&self) -> impl Iterator<Item = &str> {
        let elsewhere = self.places.iter().filter(|place| place.municipalities.is_empty());
        elsewhere.map(|place| place.name.as_str())
    }

    /// Summarises it: "eigen bijdrage langdurige zorg, CAK". Empty if only plain words were recognised.
    pub fn sentence(&self) -> String {
        let best = self.competences.first().map_or(Score::ZERO, |competence| competence.weight);
        // A competence with less than half the weight of the best is a guess.
        let competences = self
            .competences
            .iter()
            .filter(|competence| competence.weight.0 * 2 >= best.0)
            .take(3);
        let mut names: Vec<String> = competences.map(|competence| competence.label.clone()).collect();
        names.extend(self.organisations.iter().map(|organisation| organisation.short_name.clone()));
        let places = self.places.iter().filter(|place| !place.municipalities.is_empty());
        names.extend(places.map(|place| place.name.clone()));
        names.extend(self.roles.iter().map(|role| role.as_str().to_owned()));
        names.join(", ")
    }
}
