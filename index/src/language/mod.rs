//! Everything a question is understood with that is not a register's own: analyser, vocabulary, places.
//!
//! Made once at start (it takes some tens of milliseconds) and shared by the index and all questions. Its [`Versions`]
//! are part of every index and every plan.

pub(crate) mod phrases;
pub(crate) mod whose;

use std::collections::HashMap;
use std::sync::Arc;

use register::gazetteer::Gazetteer;
use register::identifier::{DomainCode, OrganisationId};
use register::organisation::OrganisationKind;
use register::vocabulary::{Competence, Vocabulary};
use serde::{Deserialize, Serialize};

pub(crate) use phrases::{Phrases, Scheme};

use crate::analyser::lexicon::{Lexicon, Telling};
use crate::analyser::{ANALYSER_VERSION, Analyser, fold};

/// What an index was written with and a plan was made with. Scores mean the same only where these are the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Versions {
    /// The version of the analyser's code.
    pub analyser: u32,
    /// The hash of the lexicon.
    pub lexicon: String,
    /// The version and hash of the vocabulary, an operator's words apart.
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

/// Analyser, vocabulary and places, prepared for questions.
pub struct Language {
    pub(crate) analyser: Analyser,
    pub(crate) schemes: Vec<Scheme>,
    pub(crate) phrases: Phrases,
    /// What of each scheme is whose, by the scheme's number.
    pub(crate) parts: Vec<Vec<whose::Part>>,
    /// The names and phrases of the schemes, folded, with the scheme's number and how surely each means it.
    pub(crate) scheme_names: Vec<(usize, u32, String)>,
    /// The words of the life domains: stem to domains.
    pub(crate) domain_words: HashMap<String, Vec<DomainCode>>,
    pub(crate) domains: Vec<(DomainCode, String)>,
    pub(crate) gazetteer: Arc<Gazetteer>,
    /// What an operator's people call organisations.
    pub(crate) organisation_names: Vec<(OrganisationId, Vec<String>)>,
    versions: Versions,
}

impl Language {
    /// Prepares `vocabulary` and `gazetteer`.
    pub fn new(vocabulary: &Vocabulary, gazetteer: Arc<Gazetteer>) -> Self {
        Self::made(vocabulary, gazetteer, |_| {})
    }

    /// The same with an analyser that has been changed before anything was read with it.
    pub(crate) fn made(vocabulary: &Vocabulary, gazetteer: Arc<Gazetteer>, change: impl FnOnce(&mut Analyser)) -> Self {
        let schemes: Vec<Scheme> = vocabulary
            .competences()
            .iter()
            .map(|competence| scheme(competence, vocabulary))
            .collect();
        let shared = vocabulary.shared();
        let mut analyser = Analyser::new(shared.texts());
        if vocabulary.hash() != shared.hash() {
            analyser.learn(vocabulary.texts());
        }
        change(&mut analyser);
        let phrases = Phrases::new(&schemes, &analyser);
        let parts = whose::parts(vocabulary, &analyser);
        let scheme_names = schemes.iter().enumerate().flat_map(|(number, scheme)| {
            let names = scheme.texts().filter_map(|(role, text)| Some((role.suggests()?, text)));
            names.map(move |(weight, text)| (number, weight, fold(text)))
        });
        let scheme_names = scheme_names.collect();
        let mut domain_words: HashMap<String, Vec<DomainCode>> = HashMap::new();
        for domain in vocabulary.domains() {
            for synonym in &domain.synonyms {
                // Only single words: a life domain is a hint, not an answer.
                if let [word] = analyser.words(synonym).as_slice() {
                    let domains = domain_words.entry(word.whole.clone()).or_default();
                    if !domains.contains(&domain.code) {
                        domains.push(domain.code.clone());
                    }
                }
            }
        }
        // An operator's words act while a plan is made, and what they mean stands in the plan.
        let versions = Versions {
            analyser: ANALYSER_VERSION,
            lexicon: Lexicon::get().hash().to_owned(),
            vocabulary: format!("{}-{}", shared.version(), &shared.hash()[..16.min(shared.hash().len())]),
        };
        let domains = vocabulary
            .domains()
            .iter()
            .map(|domain| (domain.code.clone(), domain.label.clone()))
            .collect();
        let organisation_names = vocabulary.organisation_names();
        let organisation_names = organisation_names.map(|(id, names)| (id.clone(), names.to_vec())).collect();
        Self {
            analyser,
            schemes,
            phrases,
            parts,
            scheme_names,
            domain_words,
            domains,
            gazetteer,
            organisation_names,
            versions,
        }
    }

    /// What this language is made of.
    pub fn versions(&self) -> &Versions {
        &self.versions
    }

    /// How much a word tells, from 0 to 1: an everyday word little, a word of few competences much.
    pub(crate) fn telling(&self, surface: &str, whole: &str) -> f64 {
        let everyday = match Lexicon::get().telling(surface) {
            Some(Telling::Nothing) => 0.0,
            Some(Telling::Register) => 0.12,
            Some(Telling::Common) => 0.2,
            Some(Telling::Family) => 0.3,
            Some(Telling::Ordinary) => 0.45,
            None => 1.0,
        };
        everyday * self.phrases.rarity(whole)
    }
}

fn executor(executor: &register::vocabulary::Executor) -> Executor {
    let organisation = executor.organisation.clone().map(Executor::Organisation);
    organisation
        .or(executor.kind.map(Executor::Kind))
        .unwrap_or(Executor::Unlisted)
}

/// A competence with all that a question is compared with.
fn scheme(competence: &Competence, vocabulary: &Vocabulary) -> Scheme {
    Scheme {
        code: competence.code.clone(),
        label: competence.label.clone(),
        abbreviation: competence.abbreviation.clone(),
        official_title: competence.official_title.clone(),
        synonyms: competence.synonyms.clone(),
        phrases: competence.phrases.clone(),
        situations: competence.situations.clone(),
        executors: vocabulary.executors_of(&competence.code).map(executor).collect(),
    }
}

/// Who carries a scheme out, as far as it can be compared with an organisation of a register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Executor {
    /// This organisation.
    Organisation(OrganisationId),
    /// Any organisation of this kind.
    Kind(OrganisationKind),
    /// One of a class of bodies that the vocabulary cannot point at: a housing corporation, a certified institution.
    Unlisted,
}
