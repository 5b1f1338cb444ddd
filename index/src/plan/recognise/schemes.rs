//! Finds the schemes that a question indicates.
//!
//! Each phrase of the vocabulary collects the weights of the words that it shares with the question, and counts more the
//! more of it is covered. The weight of a scheme combines its best phrase with the best match of each word of the question.

use std::collections::{BTreeMap, HashMap};

use crate::analyse::phrases::{MAX_JOINED, PhraseIndex};
use crate::analyse::scheme::NameRole;

/// A word of the question, as it is matched against the vocabulary.
pub(in crate::plan) struct QueryWord {
    /// The terms of the word, each with its share of the weight.
    pub(in crate::plan) terms: Vec<(String, f64)>,
    /// The stem of the whole word, for joining neighbours.
    pub(in crate::plan) whole: String,
    /// The trust in the word, from 0 to 1: lower if it names an organisation.
    pub(in crate::plan) trust: f64,
}

/// A scheme that the question indicates.
pub(in crate::plan) struct IndicatedScheme {
    /// The number of the scheme.
    pub(in crate::plan) scheme: usize,
    pub(in crate::plan) weight: f64,
    /// The numbers of the words that indicate it.
    pub(in crate::plan) words: Vec<usize>,
}

/// The lowest weight of a scheme as a share of the best; below it is noise.
const MIN_SHARE: f64 = 0.22;
/// The lowest weight of a scheme.
const MIN_WEIGHT: f64 = 0.12;
/// The most schemes of a question.
const MAX_SCHEMES: usize = 12;
/// The weight of a phrase that the question contains entirely, even if each of its words has little weight.
const ENTIRE_PHRASE_WEIGHT: f64 = 1.0;
/// The coverage from which a phrase counts as entirely contained.
const ENTIRE_COVERAGE: f64 = 0.95;
/// The factors of the two parts of a scheme's weight: its matching words, and its best phrase.
const WORDS_FACTOR: f64 = 1.2;
const BEST_PHRASE_FACTOR: f64 = 1.35;
/// The lowest factors for low coverage of a phrase: for its words, and for the phrase.
const MIN_WORD_FACTOR: f64 = 0.4;
const MIN_PHRASE_FACTOR: f64 = 0.4;

/// Returns the schemes that the words indicate, best first.
pub(in crate::plan) fn find(query: &[QueryWord], phrases: &PhraseIndex) -> Vec<IndicatedScheme> {
    let mut covered: HashMap<usize, PhraseCoverage> = HashMap::new();
    for (number, word) in query.iter().enumerate() {
        for (term, share) in &word.terms {
            add_coverage(&mut covered, phrases, term, share * word.trust, number);
        }
        for end in number + 2..=(number + MAX_JOINED).min(query.len()) {
            let joined: String = query[number..end].iter().map(|word| word.whole.as_str()).collect();
            // Joined words have the lowest trust among them.
            let trust = query[number..end].iter().map(|word| word.trust).fold(1.0, f64::min);
            add_coverage(&mut covered, phrases, &joined, trust, number);
        }
    }
    let mut schemes: BTreeMap<usize, SchemeWeight> = BTreeMap::new();
    // In order of phrases, so that every machine adds floating-point numbers in the same order.
    let mut covered: Vec<(usize, PhraseCoverage)> = covered.into_iter().collect();
    covered.sort_by_key(|(phrase, _)| *phrase);
    for (number, phrase_coverage) in covered {
        let phrase = phrases.phrase(number);
        let all: f64 = phrase.weights.iter().sum();
        let sum: f64 = phrase_coverage.words.values().map(WordCoverage::weight).sum();
        if all <= 0.0 || sum <= 0.0 {
            continue;
        }
        let coverage = (sum / all).min(1.0);
        let phrase_factor = phrase.role.weight()
            * match phrase.role {
                // A situation is a bag of words, which nobody types entirely.
                NameRole::Situation => 1.0,
                _ => MIN_PHRASE_FACTOR + (1.0 - MIN_PHRASE_FACTOR) * coverage * coverage,
            };
        let word_factor = phrase.role.weight()
            * match phrase.role {
                NameRole::Situation => 1.0,
                _ => MIN_WORD_FACTOR + (1.0 - MIN_WORD_FACTOR) * coverage * coverage,
            };
        let scheme = schemes.entry(phrase.scheme).or_default();
        scheme.best_phrase = scheme.best_phrase.max(sum * phrase_factor);
        if phrase.role != NameRole::Situation && coverage >= ENTIRE_COVERAGE && phrase_coverage.is_by_neighbours() {
            scheme.best_phrase = scheme.best_phrase.max(ENTIRE_PHRASE_WEIGHT * phrase.role.weight());
        }
        for (_, word) in phrase_coverage.words {
            let value = scheme.words.entry(word.query_word).or_default();
            *value = value.max(word.weight() * word_factor);
        }
    }
    rank(schemes)
}

fn rank(schemes: BTreeMap<usize, SchemeWeight>) -> Vec<IndicatedScheme> {
    let mut found: Vec<IndicatedScheme> = schemes
        .into_iter()
        .map(|(scheme, weight)| IndicatedScheme {
            scheme,
            weight: WORDS_FACTOR * weight.words.values().sum::<f64>() + BEST_PHRASE_FACTOR * weight.best_phrase,
            words: weight.words.into_keys().collect(),
        })
        .collect();
    found.sort_by(|one, other| other.weight.total_cmp(&one.weight).then(one.scheme.cmp(&other.scheme)));
    let best = found.first().map_or(0.0, |found| found.weight);
    found.retain(|found| found.weight >= (best * MIN_SHARE).max(MIN_WEIGHT));
    found.truncate(MAX_SCHEMES);
    found
}

/// How the question covers the words of one phrase.
#[derive(Default)]
struct PhraseCoverage {
    words: BTreeMap<usize, WordCoverage>,
}

impl PhraseCoverage {
    /// Whether two or more words of the question cover the phrase, and are near each other in the question.
    fn is_by_neighbours(&self) -> bool {
        let query_words = || {
            self.words
                .values()
                .filter(|word| word.weight() > 0.0)
                .map(|word| word.query_word)
        };
        match (query_words().min(), query_words().max()) {
            (Some(first), Some(last)) => last > first && last - first <= self.words.len() + 1,
            _ => false,
        }
    }
}

/// How the question covers one word of a phrase.
#[derive(Default)]
struct WordCoverage {
    /// The best match of the whole word.
    whole: f64,
    /// The sum of the matches of its parts.
    parts: f64,
    /// The number of the query word with the best match.
    query_word: usize,
}

impl WordCoverage {
    fn weight(&self) -> f64 {
        self.whole.max(self.parts)
    }
}

/// What a scheme has collected from its phrases.
#[derive(Default)]
struct SchemeWeight {
    best_phrase: f64,
    /// The best match of each query word.
    words: BTreeMap<usize, f64>,
}

/// Adds the matches of a term of a query word to the phrases that contain it.
fn add_coverage(covered: &mut HashMap<usize, PhraseCoverage>, phrases: &PhraseIndex, term: &str, share: f64, query_word: usize) {
    let rarity = phrases.rarity(term);
    for posting in phrases.postings(term) {
        let weights = &phrases.phrase(posting.phrase).weights;
        let phrase = covered.entry(posting.phrase).or_default();
        for (number, weight) in (posting.first..posting.end).map(|number| (number, weights[number])) {
            let word = phrase.words.entry(number).or_default();
            // A part has no more weight than it would have as a word.
            let value = posting.share * share * if posting.is_part { weight.min(rarity) } else { weight };
            if value > word.weight() {
                word.query_word = query_word;
            }
            if posting.is_part {
                word.parts = (word.parts + value).min(weight * 0.9);
            } else {
                word.whole = word.whole.max(value);
            }
        }
    }
}
