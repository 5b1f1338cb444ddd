//! Finds the schemes that a question indicates.
//!
//! Each phrase of the vocabulary collects the weights of the words that it shares with the question, and counts more the
//! more of it is covered. The weight of a scheme combines its best phrase with the best match of each word of the question.

use crate::analyse::phrases::{MAX_JOINED, Phrase, PhraseIndex, PhrasePosting, TermInScheme};
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
    let matches = SchemeMatches::find(query, phrases);
    let mut covered = CoveredPhrases::default();
    let mut current = SchemeWeight::new(query.len(), weights);
    let mut found = Vec::new();
    // The words of all schemes, one scheme after another.
    let mut words = Vec::new();
    for of_scheme in matches.by_scheme() {
        covered.visit(of_scheme, phrases, weights, |phrase, words| current.add(phrase, words));
        let start = words.len();
        let weight = current.take(&mut words);
        found.push((of_scheme[0].of.scheme, weight, start..words.len()));
    }
    rank(&mut found, weights);
    let found = found.into_iter().map(|(scheme, weight, of_scheme)| IndicatedScheme {
        scheme,
        weight,
        words: words[of_scheme].to_vec(),
    });
    found.collect()
}

/// Keeps the schemes with the highest weights, best first.
fn rank<T>(found: &mut Vec<(usize, f64, T)>, weights: &VocabularyWeights) {
    let best = found.iter().map(|(_, weight, _)| *weight).fold(0.0, f64::max);
    found.retain(|(_, weight, _)| *weight >= (best * weights.min_share).max(weights.min_weight));
    found.sort_by(|(one, weight, _), (other, other_weight, _)| other_weight.total_cmp(weight).then(one.cmp(other)));
    found.truncate(MAX_SCHEMES);
}

/// A term of a query word in the phrases of one scheme.
struct SchemeMatch<'a> {
    of: TermInScheme<'a>,
    /// The share of the term in the weight of the word, times the trust in the word.
    share: f64,
    query_word: usize,
}

/// The terms of a question in the phrases of schemes.
struct SchemeMatches<'a>(Vec<SchemeMatch<'a>>);

impl<'a> SchemeMatches<'a> {
    /// Looks up the terms of the words and of joined words. The matches of a scheme are in the order of the words, so that
    /// every machine adds floating-point numbers in the same order.
    fn find(query: &[QueryWord], phrases: &'a PhraseIndex) -> Self {
        let mut matches = Vec::new();
        let mut add = |term: &str, share: f64, query_word: usize| {
            let of_schemes = phrases.schemes_of(term);
            matches.extend(of_schemes.map(|of| SchemeMatch { of, share, query_word }));
        };
        let mut joined = String::new();
        for (number, word) in query.iter().enumerate() {
            for (term, share) in &word.terms {
                add(term, share * word.trust, number);
            }
            joined.clear();
            joined.push_str(&word.whole);
            // Joined words have the lowest trust among them.
            let mut trust = word.trust.min(1.0);
            for next in query[number + 1..].iter().take(MAX_JOINED - 1) {
                joined.push_str(&next.whole);
                trust = trust.min(next.trust);
                add(&joined, trust, number);
            }
        }
        matches.sort_by_key(|found| found.of.scheme);
        Self(matches)
    }

    fn by_scheme(&self) -> impl Iterator<Item = &[SchemeMatch<'a>]> {
        self.0.chunk_by(|one, other| one.of.scheme == other.of.scheme)
    }
}

/// Finds how the question covers the phrases of a scheme that it shares words with.
#[derive(Default)]
struct CoveredPhrases {
    /// The places of the postings of the scheme: the phrase, and the numbers of the match and of the posting.
    postings: Vec<(usize, usize, usize)>,
    /// The covered words of the phrase.
    words: Vec<CoveredWord>,
}

impl CoveredPhrases {
    /// Calls `visit` with each phrase and its covered words, both in order, so that every machine adds floating-point numbers
    /// in the same order.
    fn visit(
        &mut self,
        matches: &[SchemeMatch<'_>],
        phrases: &PhraseIndex,
        weights: &VocabularyWeights,
        mut visit: impl FnMut(&Phrase, &[CoveredWord]),
    ) {
        self.postings.clear();
        for (number, found) in matches.iter().enumerate() {
            let postings = found.of.postings.iter().enumerate();
            self.postings
                .extend(postings.map(|(place, posting)| (posting.phrase(), number, place)));
        }
        // The matches of a phrase stay in the order of the question.
        self.postings.sort_unstable();
        for of_phrase in self.postings.chunk_by(|one, other| one.0 == other.0) {
            let phrase = phrases.phrase(of_phrase[0].0);
            let of_words = phrases.weights(phrase);
            self.words.clear();
            for (_, number, place) in of_phrase {
                let found = &matches[*number];
                let posting = &found.of.postings[*place];
                for word in posting.words() {
                    covered(&mut self.words, word).add(of_words[word], posting, found, weights);
                }
            }
            visit(phrase, &self.words);
        }
    }
}

/// Returns the word of this number; a phrase has few covered ones.
fn covered(words: &mut Vec<CoveredWord>, number: usize) -> &mut CoveredWord {
    let at = words.iter().position(|word| word.number >= number).unwrap_or(words.len());
    if words.get(at).is_none_or(|word| word.number != number) {
        words.insert(at, CoveredWord::new(number));
    }
    &mut words[at]
}

/// How the question covers one word of a phrase.
struct CoveredWord {
    /// The number of the word in the phrase.
    number: usize,
    /// The best match of the whole word.
    whole: f64,
    /// The sum of the matches of its parts.
    parts: f64,
    /// The number of the query word with the best match.
    query_word: usize,
}

impl CoveredWord {
    fn new(number: usize) -> Self {
        Self {
            number,
            whole: 0.0,
            parts: 0.0,
            query_word: 0,
        }
    }

    fn add(&mut self, weight: f64, posting: &PhrasePosting, found: &SchemeMatch<'_>, weights: &VocabularyWeights) {
        let is_part = posting.is_part();
        // A part has no more weight than it would have as a word.
        let value = posting.share(weights) * found.share * if is_part { weight.min(found.of.rarity) } else { weight };
        if value > self.weight() {
            self.query_word = found.query_word;
        }
        if is_part {
            self.parts = (self.parts + value).min(weight * weights.all_parts);
        } else {
            self.whole = self.whole.max(value);
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
        (Some(first), Some(last)) => last > first && last - first <= words.len() + 1,
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
            let best = self.words[word.query_word].get_or_insert_default();
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
