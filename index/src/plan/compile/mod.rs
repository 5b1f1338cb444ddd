//! Compiles a question into a plan.
//!
//! - `recognised`: what each word is: a name, a place, a correct or a misspelt word
//! - `sections`: the parts of a text that may each be about another problem
//! - `competences`: the schemes and organisations that the question is about, by the vocabulary and the model
//! - `blend`: combines these two
//! - `words`: the words to look for in texts

mod blend;
mod competences;
mod recognised;
mod sections;
mod words;

use super::planned::{Plan, PlanParts};
use super::question::Question;
use super::recognise::related_schemes;
use super::understanding::Understanding;
use crate::analyse::lexicon::{Elsewhere, Lexicon, TermWeightClass};
use crate::analyse::phrases::is_content_word;
use crate::analyse::spelling::Meant;
use crate::analyse::{Context, Word};
use crate::learned::{FeaturePlace, FeatureWord, Features};
use crate::sort_key::Score;

impl Plan {
    /// Compiles `question`. Every text gives a plan; if nothing in it is recognised, the plan matches nothing.
    pub fn compile(question: &Question, context: &Context) -> Plan {
        Compiler::new(question, context).compile()
    }

    /// Returns the features of `question`, from which a [`Model`](crate::Model) predicts what it is about. For training.
    pub fn features(question: &Question, context: &Context) -> Features {
        let mut compiler = Compiler::new(question, context);
        compiler.recognise();
        compiler.features()
    }
}

/// A word of the question with what was recognised.
struct RecognisedWord {
    word: Word,
    /// Whether the vocabulary or the lexicon has it.
    is_known: bool,
    /// Whether it is known or another Dutch word, so that it is no typing error.
    is_correct: bool,
    /// What it may mean, most likely first.
    corrections: Vec<Meant>,
    /// The stems of known parts of an unknown word that has no corrections.
    fragments: Vec<String>,
    usage: WordUsage,
}

/// What a word was recognised as.
#[derive(Clone, Copy, PartialEq, Eq)]
enum WordUsage {
    Word,
    Organisation,
    Place,
    /// A place outside the area of the register.
    PlaceElsewhere,
    Role,
}

struct Compiler<'a> {
    question: &'a Question,
    context: &'a Context,
    words: Vec<RecognisedWord>,
    /// The place outside the area of the register that the case is about.
    elsewhere: Option<Elsewhere>,
    plan: PlanParts,
    understanding: Understanding,
}

impl<'a> Compiler<'a> {
    fn new(question: &'a Question, context: &'a Context) -> Self {
        let plan = PlanParts {
            versions: context.language.versions().clone(),
            filters: question.filters.clone(),
            grouping: question.grouping,
            is_browse: question.text.trim().is_empty(),
            words: Vec::new(),
            competences: Vec::new(),
            domains: Vec::new(),
            organisations: Vec::new(),
            organisation_kinds: Vec::new(),
            roles: Vec::new(),
            municipalities: Vec::new(),
            municipality_weight: Score::ZERO,
            min_score: Score(1),
        };
        Self {
            question,
            context,
            words: Vec::new(),
            elsewhere: None,
            plan,
            understanding: Understanding::default(),
        }
    }

    fn compile(mut self) -> Plan {
        self.recognise();
        let words = self.feature_words();
        let features = Features::of(&words);
        let learned = &self.context.language.learned;
        let prediction = learned.model.predict(&features);
        let sections = self.sections(&words);
        let known = self.known_words(&features);
        self.find_competences(&features, &prediction, &sections, &known);
        self.weigh_organisations(&prediction);
        self.understanding.unknown_words = self.unknown_words(&known);
        let is_case = self.is_case();
        if self.context.language.steps.related_schemes {
            related_schemes::add(&mut self.plan.competences, is_case, &self.context.language);
        }
        self.find_domains();
        self.plan_words();
        if !self.plan.competences.is_empty() {
            self.plan.min_score = Score::rounded(self.context.language.weights.words.min_score);
        }
        Plan::new(self.plan, self.understanding, self.context.language.weights.clone())
    }

    /// Returns the features of the words for the model.
    fn features(&self) -> Features {
        Features::of(&self.feature_words())
    }

    /// Returns the words as the model sees them.
    fn feature_words(&self) -> Vec<FeatureWord<'_>> {
        let analyser = &self.context.language.analyser;
        let words = self.words.iter().map(|recognised| FeatureWord {
            surface: &recognised.word.surface,
            stem: &recognised.word.whole,
            parts: &recognised.word.parts,
            corrected: recognised.corrections.first().map(|meant| analyser.forms(&meant.word)),
            place: match recognised.usage {
                WordUsage::Place => Some(FeaturePlace::Here),
                WordUsage::PlaceElsewhere => Some(FeaturePlace::Elsewhere),
                _ => None,
            },
            is_stopword: Lexicon::get().weight_class(&recognised.word.surface) == Some(TermWeightClass::Stopword),
        });
        words.collect()
    }

    /// Whether the question describes a case rather than a subject.
    fn is_case(&self) -> bool {
        const MIN_WORDS_OF_CASE: usize = 5;
        self.words.len() - self.count_stopwords() >= MIN_WORDS_OF_CASE
    }

    /// Whether the question is told in a sentence rather than by a few words.
    fn is_told(&self) -> bool {
        const MIN_STOPWORDS_OF_SENTENCE: usize = 3;
        self.count_stopwords() >= MIN_STOPWORDS_OF_SENTENCE
    }

    fn count_stopwords(&self) -> usize {
        let class = |recognised: &&RecognisedWord| Lexicon::get().weight_class(&recognised.word.surface);
        let stopwords = self
            .words
            .iter()
            .filter(|recognised| class(recognised) == Some(TermWeightClass::Stopword));
        stopwords.count()
    }

    /// Whether there are content words besides names of organisations and places.
    fn has_other_words(&self) -> bool {
        self.words
            .iter()
            .any(|recognised| recognised.usage == WordUsage::Word && is_content_word(&recognised.word))
    }
}

/// Keeps each term once, with its best share.
fn keep_best_shares(terms: &mut Vec<(String, f64)>) {
    terms.sort_by(|(one, share), (other, other_share)| one.cmp(other).then(other_share.total_cmp(share)));
    terms.dedup_by(|(one, _), (other, _)| one == other);
}
