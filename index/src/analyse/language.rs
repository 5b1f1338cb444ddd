//! The language: analyser, vocabulary and places, which are the same for every register of a version.
//!
//! Built once at start, which takes some tens of milliseconds, and shared by the index and all questions. Its [`Versions`]
//! are part of every index and plan.

use std::sync::Arc;

use register::gazetteer::Gazetteer;
use register::identifier::{DomainCode, MunicipalityCode, OrganisationId};
use register::vocabulary::Vocabulary;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::analyser::{ANALYSER_VERSION, Analyser, AnalysisSteps};
use super::executor_cues::{self, ExecutorCues};
use super::fold::fold;
use super::lexicon::Lexicon;
use super::phrases::PhraseIndex;
use super::scheme::Scheme;
use super::spelling::Spelling;
use crate::learned::{LearnedModel, Model};
use crate::weights::Weights;

/// The versions of what decides the terms of entries. Scores are comparable only between equal versions. The scorer's constants
/// and the form of plans have a version of their own, [`PLAN_FORM`](crate::PLAN_FORM).
///
/// How a question is understood is not among them, because a plan holds the result.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Versions {
    /// The version of the analyser's code.
    pub analyser: u32,
    /// The hash of the files of the lexicon that decide the terms of entries.
    pub lexicon: String,
    /// The hash of the words that compounds are split into, which the vocabulary extends; without an operator's synonyms.
    pub vocabulary: String,
}

impl std::fmt::Display for Versions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "analyser {}, lexicon {}, vocabulary {}",
            self.analyser, self.lexicon, self.vocabulary
        )
    }
}

/// What has been learned of questions. The default is what is built in.
pub struct Learned {
    /// The model of what questions are about.
    pub model: Arc<Model>,
    /// The weights of plans and scores. For measurements: two languages with different ones do not score alike, even where
    /// their versions are the same.
    pub weights: Arc<Weights>,
    /// The steps of analysis. For measurements too.
    pub steps: AnalysisSteps,
}

impl Learned {
    /// Returns `model` with the built-in weights and all steps. Needs no built-in model, so it can train the first one.
    pub fn of(model: Arc<Model>) -> Self {
        Self {
            model,
            weights: Weights::builtin(),
            steps: AnalysisSteps::default(),
        }
    }
}

impl Default for Learned {
    fn default() -> Self {
        Self::of(Model::builtin())
    }
}

/// The analyser, the vocabulary and the places, prepared for questions.
pub struct Language {
    pub(crate) analyser: Analyser,
    pub(crate) schemes: Vec<Scheme>,
    pub(crate) phrases: PhraseIndex,
    /// The executor cues of each scheme, by the number of the scheme.
    pub(crate) executor_cues: Vec<Vec<ExecutorCues>>,
    /// The folded names of schemes that can be suggested: number of the scheme, weight and name.
    pub(crate) scheme_names: Vec<(usize, u32, String)>,
    /// The life domains by the stems of their words.
    pub(crate) domain_words: FxHashMap<String, Vec<DomainCode>>,
    pub(crate) domains: Vec<(DomainCode, String)>,
    pub(crate) gazetteer: Arc<Gazetteer>,
    /// The folded names of municipalities of one word, for recognising misspelt ones.
    pub(crate) municipality_names: FxHashMap<String, MunicipalityCode>,
    pub(crate) municipality_spelling: Spelling,
    /// Names of organisations that an operator added.
    pub(crate) organisation_names: Vec<(OrganisationId, Vec<String>)>,
    /// What has been learned of questions.
    pub(crate) learned: LearnedModel,
    /// The weights of plans and scores.
    pub(crate) weights: Arc<Weights>,
    /// What is switched on.
    pub(crate) steps: AnalysisSteps,
    versions: Versions,
    understanding: String,
}

impl Language {
    /// Prepares `vocabulary` and `gazetteer`.
    pub fn new(vocabulary: &Vocabulary, gazetteer: Arc<Gazetteer>) -> Self {
        Self::with(vocabulary, gazetteer, Learned::default())
    }

    /// Prepares `vocabulary` and `gazetteer`, with something else learned than what is built in.
    pub fn with(vocabulary: &Vocabulary, gazetteer: Arc<Gazetteer>, learned: Learned) -> Self {
        let Learned { model, weights, steps } = learned;
        let competences = vocabulary.competences().iter();
        let schemes: Vec<Scheme> = competences.map(|competence| Scheme::new(competence, vocabulary)).collect();
        let shared = vocabulary.shared();
        let mut analyser = Analyser::new(shared.texts());
        if vocabulary.hash() != shared.hash() {
            analyser.learn(vocabulary.texts());
        }
        analyser.limit_to(steps);
        let phrases = PhraseIndex::new(&schemes, &analyser, &weights.vocabulary);
        let executor_cues = executor_cues::of_schemes(vocabulary, &analyser);
        let scheme_names = schemes.iter().enumerate().flat_map(|(number, scheme)| {
            let names = scheme
                .names()
                .filter_map(|(role, text)| Some((role.suggestion_weight()?, text)));
            names.map(move |(weight, text)| (number, weight, fold(text)))
        });
        let scheme_names = scheme_names.collect();
        let mut domain_words: FxHashMap<String, Vec<DomainCode>> = FxHashMap::default();
        for domain in vocabulary.domains() {
            for synonym in &domain.synonyms {
                // Only single words: a life domain is a weak hint.
                if let [word] = analyser.words(synonym).as_slice() {
                    let domains = domain_words.entry(word.whole.clone()).or_default();
                    if !domains.contains(&domain.code) {
                        domains.push(domain.code.clone());
                    }
                }
            }
        }
        let versions = Versions {
            analyser: ANALYSER_VERSION,
            lexicon: Lexicon::get().terms_hash().to_owned(),
            vocabulary: analyser.compound_parts_hash(),
        };
        let understanding = format!(
            "model {}, weights {}, vocabulary {}-{}, lexicon {}",
            model.version(),
            weights.version,
            shared.version(),
            &shared.hash()[..16.min(shared.hash().len())],
            Lexicon::get().understanding_hash()
        );
        let domains = vocabulary
            .domains()
            .iter()
            .map(|domain| (domain.code.clone(), domain.label.clone()))
            .collect();
        let municipality_names = gazetteer.municipalities();
        let municipality_names = municipality_names.map(|municipality| (fold(&municipality.name), municipality.code.clone()));
        let municipality_names = municipality_names.filter(|(name, _)| !name.contains([' ', '-', '\'']));
        let municipality_names: FxHashMap<String, MunicipalityCode> = municipality_names.collect();
        let mut municipality_spelling = Spelling::default();
        municipality_names.keys().for_each(|name| municipality_spelling.add(name));
        let organisation_names = vocabulary.organisation_names();
        let organisation_names = organisation_names.map(|(id, names)| (id.clone(), names.to_vec())).collect();
        Self {
            analyser,
            schemes,
            phrases,
            executor_cues,
            scheme_names,
            domain_words,
            domains,
            gazetteer,
            municipality_names,
            municipality_spelling,
            organisation_names,
            learned: LearnedModel::new(model, vocabulary),
            weights,
            steps,
            versions,
            understanding,
        }
    }

    /// Returns the versions of what decides scores.
    pub fn versions(&self) -> &Versions {
        &self.versions
    }

    /// Returns the model of what questions are about.
    pub fn model(&self) -> Arc<Model> {
        Arc::clone(&self.learned.model)
    }

    /// Returns the versions of model, weights, vocabulary and lexicon, by which questions are understood. Registers with different ones
    /// answer a question together.
    pub fn understanding_version(&self) -> &str {
        &self.understanding
    }

    /// Returns the stems of the words of `text`, as the index holds them.
    pub fn stems(&self, text: &str) -> Vec<String> {
        self.analyser.words(text).into_iter().map(|word| word.whole).collect()
    }

    /// Returns the weight of a word from 0 to 1: low for everyday words, high for words of few schemes.
    pub(crate) fn term_weight(&self, surface: &str, whole: &str) -> f64 {
        let class = Lexicon::get().weight_class(surface);
        self.weights.words.classes.of(class) * self.phrases.rarity(whole)
    }
}
