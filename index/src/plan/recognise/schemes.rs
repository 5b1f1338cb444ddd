//! Finds the schemes that a question indicates.
//!
//! Each phrase of the vocabulary collects the weights of the words that it shares with the question, and counts more the
//! more of it is covered. The weight of a scheme combines its best phrase with the best match of each word of the question.

use crate::analyse::phrases::{MAX_JOINED, Phrase, PhraseIndex, PhrasePosting};
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
    let mut covered = CoveredPhrases::new(phrases);
    let mut joined = String::new();
    for (number, word) in query.iter().enumerate() {
        for (term, share) in &word.terms {
            covered.add(phrases, term, share * word.trust, number);
        }
        joined.clear();
        joined.push_str(&word.whole);
        // Joined words have the lowest trust among them.
        let mut trust = word.trust.min(1.0);
        for next in query[number + 1..].iter().take(MAX_JOINED - 1) {
            joined.push_str(&next.whole);
            trust = trust.min(next.trust);
            covered.add(phrases, &joined, trust, number);
        }
    }
    let mut found: Vec<IndicatedScheme> = Vec::new();
    let mut current = SchemeWeight::new(query.len());
    for (number, words) in covered.in_order(phrases) {
        let phrase = phrases.phrase(number);
        if phrase.scheme != current.scheme {
            found.extend(current.take(phrase.scheme));
        }
        current.add(phrase, words);
    }
    found.extend(current.take(usize::MAX));
    rank(found)
}

fn rank(mut found: Vec<IndicatedScheme>) -> Vec<IndicatedScheme> {
    found.sort_by(|one, other| other.weight.total_cmp(&one.weight).then(one.scheme.cmp(&other.scheme)));
    let best = found.first().map_or(0.0, |found| found.weight);
    found.retain(|found| found.weight >= (best * MIN_SHARE).max(MIN_WEIGHT));
    found.truncate(MAX_SCHEMES);
    found
}

/// How the question covers the phrases that it shares words with.
struct CoveredPhrases {
    /// Where the words of each phrase begin in `words`, counted from 1; 0 for a phrase that shares none.
    places: Vec<u32>,
    /// All words of each of these phrases, also those that are not covered.
    words: Vec<WordCoverage>,
}

impl CoveredPhrases {
    fn new(phrases: &PhraseIndex) -> Self {
        Self {
            places: vec![0; phrases.len()],
            words: Vec::new(),
        }
    }

    /// Adds the matches of a term of a query word to the phrases that contain it.
    fn add(&mut self, phrases: &PhraseIndex, term: &str, share: f64, query_word: usize) {
        let postings = phrases.postings(term);
        if postings.is_empty() {
            return;
        }
        let rarity = phrases.rarity(term);
        for posting in postings {
            let phrase = phrases.phrase(posting.phrase);
            let place = &mut self.places[posting.phrase];
            if *place == 0 {
                *place = u32::try_from(self.words.len() + 1).expect("the vocabulary has fewer than 2^32 words");
                self.words.resize_with(self.words.len() + phrase.len(), WordCoverage::default);
            }
            let weights = &phrases.weights(phrase)[posting.first..posting.end];
            let covered = &mut self.words[*place as usize - 1 + posting.first..];
            for (word, weight) in covered.iter_mut().zip(weights) {
                word.add(*weight, rarity, posting, share, query_word);
            }
        }
    }

    /// Returns the phrases with their words. In order of phrases, so that every machine adds floating-point numbers in the
    /// same order, and those of a scheme follow each other.
    fn in_order<'a>(&'a self, phrases: &'a PhraseIndex) -> impl Iterator<Item = (usize, &'a [WordCoverage])> {
        let places = self.places.iter().enumerate().filter(|(_, place)| **place > 0);
        places.map(|(phrase, place)| {
            let start = *place as usize - 1;
            (phrase, &self.words[start..start + phrases.phrase(phrase).len()])
        })
    }
}

/// How the question covers one word of a phrase.
#[derive(Default)]
struct WordCoverage {
    /// Whether a term of the question matches it at all.
    is_covered: bool,
    /// The best match of the whole word.
    whole: f64,
    /// The sum of the matches of its parts.
    parts: f64,
    /// The number of the query word with the best match.
    query_word: usize,
}

impl WordCoverage {
    fn add(&mut self, weight: f64, rarity: f64, posting: &PhrasePosting, share: f64, query_word: usize) {
        self.is_covered = true;
        // A part has no more weight than it would have as a word.
        let value = posting.share * share * if posting.is_part { weight.min(rarity) } else { weight };
        if value > self.weight() {
            self.query_word = query_word;
        }
        if posting.is_part {
            self.parts = (self.parts + value).min(weight * 0.9);
        } else {
            self.whole = self.whole.max(value);
        }
    }

    fn weight(&self) -> f64 {
        self.whole.max(self.parts)
    }
}

/// Whether two or more words of the question cover the phrase of these words, and are near each other in the question.
fn is_by_neighbours(words: &[WordCoverage]) -> bool {
    let covered = words.iter().filter(|word| word.is_covered).count();
    let query_words = || words.iter().filter(|word| word.weight() > 0.0).map(|word| word.query_word);
    match (query_words().min(), query_words().max()) {
        (Some(first), Some(last)) => last > first && last - first <= covered + 1,
        _ => false,
    }
}

/// What a scheme has collected from its phrases.
struct SchemeWeight {
    scheme: usize,
    best_phrase: f64,
    /// The best match of each query word; `None` for a word that does not match.
    words: Vec<Option<f64>>,
}

impl SchemeWeight {
    fn new(query_words: usize) -> Self {
        Self {
            scheme: usize::MAX,
            best_phrase: 0.0,
            words: vec![None; query_words],
        }
    }

    /// Adds a phrase of the scheme.
    fn add(&mut self, phrase: &Phrase, words: &[WordCoverage]) {
        let sum: f64 = words.iter().map(WordCoverage::weight).sum();
        if phrase.weight <= 0.0 || sum <= 0.0 {
            return;
        }
        let coverage = (sum / phrase.weight).min(1.0);
        let factor = |lowest: f64| match phrase.role {
            // A situation is a bag of words, which nobody types entirely.
            NameRole::Situation => phrase.role.weight(),
            _ => phrase.role.weight() * (lowest + (1.0 - lowest) * coverage * coverage),
        };
        self.best_phrase = self.best_phrase.max(sum * factor(MIN_PHRASE_FACTOR));
        if phrase.role != NameRole::Situation && coverage >= ENTIRE_COVERAGE && is_by_neighbours(words) {
            self.best_phrase = self.best_phrase.max(ENTIRE_PHRASE_WEIGHT * phrase.role.weight());
        }
        let word_factor = factor(MIN_WORD_FACTOR);
        for word in words.iter().filter(|word| word.is_covered) {
            let best = self.words[word.query_word].get_or_insert_default();
            *best = best.max(word.weight() * word_factor);
        }
    }

    /// Returns the scheme so far, and begins with the next one.
    fn take(&mut self, next: usize) -> Option<IndicatedScheme> {
        let scheme = std::mem::replace(&mut self.scheme, next);
        let best_phrase = std::mem::take(&mut self.best_phrase);
        if scheme == usize::MAX {
            return None;
        }
        let words = (0..).zip(&self.words).filter(|(_, best)| best.is_some());
        let indicated = IndicatedScheme {
            scheme,
            weight: WORDS_FACTOR * self.words.iter().flatten().sum::<f64>() + BEST_PHRASE_FACTOR * best_phrase,
            words: words.map(|(word, _)| word).collect(),
        };
        self.words.fill(None);
        Some(indicated)
    }
}
