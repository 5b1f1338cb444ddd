//! The laws and schemes of the vocabulary, with all that a question is compared with.

use register::identifier::{CompetenceCode, OrganisationId};
use register::organisation::OrganisationKind;
use register::vocabulary::{self, Competence, Vocabulary};

use crate::weights::VocabularyWeights;

/// A law or scheme with all its names.
#[derive(Clone, Debug)]
pub(crate) struct Scheme {
    pub(crate) code: CompetenceCode,
    pub(crate) label: String,
    pub(crate) abbreviation: Option<String>,
    pub(crate) official_title: String,
    pub(crate) synonyms: Vec<String>,
    pub(crate) phrases: Vec<String>,
    pub(crate) situations: String,
    pub(crate) executors: Vec<Executor>,
}

/// An executor of a scheme, as far as it can be compared with the organisations of a register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Executor {
    /// This organisation.
    Organisation(OrganisationId),
    /// Any organisation of this kind.
    Kind(OrganisationKind),
    /// One of a class of bodies that the vocabulary cannot identify: a housing corporation, a certified institution.
    Unlisted,
}

impl From<&vocabulary::Executor> for Executor {
    fn from(executor: &vocabulary::Executor) -> Self {
        let organisation = executor.organisation.clone().map(Executor::Organisation);
        organisation
            .or(executor.kind.map(Executor::Kind))
            .unwrap_or(Executor::Unlisted)
    }
}

/// The role of a text among the names of a scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NameRole {
    Label,
    Abbreviation,
    Title,
    Synonym,
    Phrase,
    Situation,
}

impl NameRole {
    /// Returns how strongly a text in this role indicates the scheme, from 0 to 1.
    pub(crate) fn weight(self, weights: &VocabularyWeights) -> f64 {
        match self {
            Self::Abbreviation | Self::Label | Self::Synonym => 1.0,
            Self::Phrase => weights.phrase,
            Self::Title => weights.title,
            Self::Situation => weights.situation,
        }
    }

    /// Returns the weight of a text in this role as a suggestion; `None` for texts that nobody types.
    pub(super) fn suggestion_weight(self) -> Option<u32> {
        match self {
            Self::Label => Some(100),
            Self::Abbreviation | Self::Synonym => Some(96),
            Self::Phrase => Some(70),
            Self::Title | Self::Situation => None,
        }
    }
}

impl Scheme {
    /// Takes a competence of `vocabulary`, with its executors.
    pub(super) fn new(competence: &Competence, vocabulary: &Vocabulary) -> Self {
        Self {
            code: competence.code.clone(),
            label: competence.label.clone(),
            abbreviation: competence.abbreviation.clone(),
            official_title: competence.official_title.clone(),
            synonyms: competence.synonyms.clone(),
            phrases: competence.phrases.clone(),
            situations: competence.situations.clone(),
            executors: vocabulary.executors_of(&competence.code).map(Executor::from).collect(),
        }
    }

    /// Returns its names, each with its role.
    pub(crate) fn names(&self) -> impl Iterator<Item = (NameRole, &str)> {
        let one = |role, text| std::iter::once((role, text));
        one(NameRole::Label, self.label.as_str())
            .chain(self.abbreviation.iter().map(|text| (NameRole::Abbreviation, text.as_str())))
            .chain(one(NameRole::Title, self.official_title.as_str()))
            .chain(self.synonyms.iter().map(|text| (NameRole::Synonym, text.as_str())))
            .chain(self.phrases.iter().map(|text| (NameRole::Phrase, text.as_str())))
            .chain(
                self.situations
                    .split_inclusive(['.', '?', '!'])
                    .map(|text| (NameRole::Situation, text)),
            )
            .filter(|(_, text)| !text.trim().is_empty())
    }
}
