//! Finds the schemes that a question indicates.
//!
//! Each phrase of the vocabulary collects the weights of the words that it shares with the question, and counts more the
//! more of it is covered. The weight of a scheme combines its best phrase with the best match of each word of the question.

use std::cell::Cell;
use std::cmp::Ordering;

use crate::analyse::phrases::{MAX_JOINED, Phrase, PhraseIndex, TermInPhrases};
use crate::analyse::scheme::NameRole;
use crate::weights::VocabularyWeights;

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

/// The most schemes of a question.
const MAX_SCHEMES: usize = 12;

/// Returns the schemes that the words indicate, best first.
pub(in crate::plan) fn find(query: &[QueryWord], phrases: &PhraseIndex, weights: &VocabularyWeights) -> Vec<IndicatedScheme> {
    let mut covered = CoveredPhrases::new(phrases, weights);
    visit_terms(query, |term, share, query_word| {
        if let Some(term) = phrases.find(term) {
            covered.add(&term, share, query_word);
        }
    });
    let mut current = SchemeWeight::new(query.len(), weights);
    let mut found = Vec::new();
    // The words of all schemes, one scheme after another.
    let mut words = Vec::new();
    let mut end_scheme = |scheme: u32, current: &mut SchemeWeight<'_>| {
        let start = words.len();
        let weight = current.take(&mut words);
        found.push((scheme, weight, start..words.len()));
    };
    let mut scheme = None;
    covered.visit(|phrase, words| {
        if let Some(before) = scheme.replace(phrase.scheme)
            && before != phrase.scheme
        {
            end_scheme(before, &mut current);
        }
        current.add(phrase, words);
    });
    if let Some(last) = scheme {
        end_scheme(last, &mut current);
    }
    rank(&mut found, weights);
    let found = found.into_iter().map(|(scheme, weight, of_scheme)| IndicatedScheme {
        scheme: scheme as usize,
        weight,
        words: words[of_scheme].to_vec(),
    });
    found.collect()
}

/// Visits the terms of the words and of joined words, in the order of the words: each with its share of the weight, and the
/// number of its word.
fn visit_terms(query: &[QueryWord], mut visit: impl FnMut(&str, f64, u32)) {
    let mut joined = String::new();
    for (at, word) in query.iter().enumerate() {
        let number = u32::try_from(at).expect("a question has fewer than 2^32 words");
        for (term, share) in &word.terms {
            visit(term, share * word.trust, number);
        }
        joined.clear();
        joined.push_str(&word.whole);
        // Joined words have the lowest trust among them.
        let mut trust = word.trust.min(1.0);
        for next in query[at + 1..].iter().take(MAX_JOINED - 1) {
            joined.push_str(&next.whole);
            trust = trust.min(next.trust);
            visit(&joined, trust, number);
        }
    }
}

/// Keeps the schemes with the highest weights, best first.
fn rank<T>(found: &mut Vec<(u32, f64, T)>, weights: &VocabularyWeights) {
    let best = found.iter().map(|(_, weight, _)| *weight).fold(0.0, f64::max);
    found.retain(|(_, weight, _)| *weight >= (best * weights.min_share).max(weights.min_weight));
    found.sort_by(|(one, weight, _), (other, other_weight, _)| other_weight.total_cmp(weight).then(one.cmp(other)));
    found.truncate(MAX_SCHEMES);
}

/// How a question covers the phrases that it shares words with.
struct CoveredPhrases<'a> {
    phrases: &'a PhraseIndex,
    weights: &'a VocabularyWeights,
    /// A bit for each phrase, whether it is covered.
    is_covered: Vec<u64>,
    /// For each covered phrase, the place of its first word in `words`; anything for others.
    first: Vec<u32>,
    /// The covered words of all phrases, each with the place of the next word of its phrase.
    words: Vec<(CoveredWord, u32)>,
}

thread_local! {
    /// A list as long as the vocabulary for the next question: clearing it would cost more than the question.
    static SPARE_FIRST: Cell<Vec<u32>> = const { Cell::new(Vec::new()) };
}

/// The place after the last word of a phrase.
const END: u32 = u32::MAX;

impl<'a> CoveredPhrases<'a> {
    fn new(phrases: &'a PhraseIndex, weights: &'a VocabularyWeights) -> Self {
        let mut first = SPARE_FIRST.take();
        first.resize(phrases.len(), END);
        Self {
            phrases,
            weights,
            is_covered: vec![0; phrases.len().div_ceil(u64::BITS as usize)],
            first,
            words: Vec::new(),
        }
    }

    /// Adds a term of the question, which has a share of the weight of its word, times the trust in the word.
    fn add(&mut self, term: &TermInPhrases<'_>, share: f64, query_word: u32) {
        let (phrases, weights) = (self.phrases, self.weights);
        for posting in term.postings {
            let share = posting.share(weights) * share;
            for (word, weight) in posting.words(phrases) {
                let covered = self.word(posting.phrase(), word);
                if posting.is_part() {
                    // A part has no more weight than it would have as a word.
                    let value = share * weight.min(term.rarity);
                    covered.add_part(value, weight * weights.all_parts, query_word);
                } else {
                    covered.add_whole(share * weight, query_word);
                }
            }
        }
    }

    /// Returns a word of a phrase, which has few covered ones, by number.
    fn word(&mut self, phrase: usize, number: u16) -> &mut CoveredWord {
        let (at, bit) = (phrase / u64::BITS as usize, 1 << (phrase % u64::BITS as usize));
        if self.is_covered[at] & bit == 0 {
            self.is_covered[at] |= bit;
            self.first[phrase] = END;
        }
        let (mut before, mut place) = (None, self.first[phrase]);
        while let Some((word, next)) = self.words.get(place as usize) {
            match word.number.cmp(&number) {
                Ordering::Less => (before, place) = (Some(place), *next),
                Ordering::Equal => return &mut self.words[place as usize].0,
                Ordering::Greater => break,
            }
        }
        let new = u32::try_from(self.words.len()).expect("the vocabulary has fewer than 2^32 words");
        self.words.push((CoveredWord::new(number), place));
        match before {
            Some(before) => self.words[before as usize].1 = new,
            None => self.first[phrase] = new,
        }
        &mut self.words[new as usize].0
    }

    /// Visits the covered phrases in order, each with its covered words in order, so that every machine adds floating-point
    /// numbers in the same order.
    fn visit(&self, mut visit: impl FnMut(&Phrase, &[CoveredWord])) {
        let mut words = Vec::new();
        for (at, bits) in self.is_covered.iter().enumerate() {
            let mut rest = *bits;
            while rest != 0 {
                let phrase = at * u64::BITS as usize + rest.trailing_zeros() as usize;
                rest &= rest - 1;
                words.clear();
                let mut place = self.first[phrase];
                while let Some((word, next)) = self.words.get(place as usize) {
                    words.push(*word);
                    place = *next;
                }
                visit(self.phrases.phrase(phrase), &words);
            }
        }
    }
}

impl Drop for CoveredPhrases<'_> {
    fn drop(&mut self) {
        SPARE_FIRST.set(std::mem::take(&mut self.first));
    }
}

/// How the question covers one word of a phrase. A question has thousands of them, so it is small.
#[derive(Clone, Copy)]
struct CoveredWord {
    /// The best match of the whole word.
    whole: f64,
    /// The sum of the matches of its parts.
    parts: f64,
    /// The number of the query word with the best match.
    query_word: u32,
    /// The number of the word in the phrase.
    number: u16,
}

impl CoveredWord {
    fn new(number: u16) -> Self {
        Self {
            whole: 0.0,
            parts: 0.0,
            query_word: 0,
            number,
        }
    }

    /// Adds a match of the whole word.
    fn add_whole(&mut self, value: f64, query_word: u32) {
        self.note(value, query_word);
        self.whole = self.whole.max(value);
    }

    /// Adds a match of a part; all parts together have at most the weight `most`.
    fn add_part(&mut self, value: f64, most: f64, query_word: u32) {
        self.note(value, query_word);
        self.parts = (self.parts + value).min(most);
    }

    fn note(&mut self, value: f64, query_word: u32) {
        if value > self.weight() {
            self.query_word = query_word;
        }
    }

    fn weight(&self) -> f64 {
        self.whole.max(self.parts)
    }
}

/// Whether two or more words of the question cover these words of a phrase, and are near each other in the question.
fn is_by_neighbours(words: &[CoveredWord]) -> bool {
    let query_words = || words.iter().filter(|word| word.weight() > 0.0).map(|word| word.query_word);
    match (query_words().min(), query_words().max()) {
        (Some(first), Some(last)) => last > first && (last - first) as usize <= words.len() + 1,
        _ => false,
    }
}

/// What a scheme has collected from its phrases.
struct SchemeWeight<'a> {
    weights: &'a VocabularyWeights,
    best_phrase: f64,
    /// The best match of each query word; `None` for a word that does not match.
    words: Vec<Option<f64>>,
}

impl<'a> SchemeWeight<'a> {
    fn new(query_words: usize, weights: &'a VocabularyWeights) -> Self {
        Self {
            weights,
            best_phrase: 0.0,
            words: vec![None; query_words],
        }
    }

    /// Adds a phrase of the scheme, with its covered words.
    fn add(&mut self, phrase: &Phrase, words: &[CoveredWord]) {
        let sum: f64 = words.iter().map(CoveredWord::weight).sum();
        if phrase.weight <= 0.0 || sum <= 0.0 {
            return;
        }
        let coverage = (sum / phrase.weight).min(1.0);
        let factor = |lowest: f64| match phrase.role {
            // A situation is a bag of words, which nobody types entirely.
            NameRole::Situation => phrase.role.weight(self.weights),
            _ => phrase.role.weight(self.weights) * (lowest + (1.0 - lowest) * coverage * coverage),
        };
        self.best_phrase = self.best_phrase.max(sum * factor(self.weights.min_phrase_factor));
        if phrase.role != NameRole::Situation && coverage >= self.weights.entire_coverage && is_by_neighbours(words) {
            self.best_phrase = self
                .best_phrase
                .max(self.weights.entire_phrase * phrase.role.weight(self.weights));
        }
        let word_factor = factor(self.weights.min_word_factor);
        for word in words {
            let best = self.words[word.query_word as usize].get_or_insert_default();
            *best = best.max(word.weight() * word_factor);
        }
    }

    /// Returns the weight of the scheme, adds the numbers of its words to `words`, and begins with the next one.
    fn take(&mut self, words: &mut Vec<usize>) -> f64 {
        let best_phrase = std::mem::take(&mut self.best_phrase);
        let weight = self.weights.words * self.words.iter().flatten().sum::<f64>() + self.weights.best_phrase * best_phrase;
        let matching = (0..).zip(&self.words).filter(|(_, best)| best.is_some());
        words.extend(matching.map(|(word, _)| word));
        self.words.fill(None);
        weight
    }
}
