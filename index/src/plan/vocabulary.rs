//! The first layer: which schemes a question is about.
//!
//! Each phrase of the vocabulary is credited with the words of the question that it shares; the more of its meaning they
//! cover, the more it counts. A scheme is worth its best phrase, and what each word of the question finds anywhere in it.

use std::collections::{BTreeMap, HashMap};

use crate::language::Phrases;
use crate::language::phrases::{MOST_JOINED, Role};

/// A word of the question, as the vocabulary is asked for it.
pub(super) struct Asked {
    /// The terms it may be found by and how well each stands for it.
    pub(super) terms: Vec<(String, f64)>,
    /// Its whole form, for joining words written apart.
    pub(super) whole: String,
    /// How much trust the word has: less for one that named an organisation.
    pub(super) trust: f64,
}

/// What a scheme is worth, and which words of the question led to it.
pub(super) struct Found {
    pub(super) scheme: usize,
    pub(super) weight: f64,
    pub(super) words: Vec<usize>,
}

/// Schemes worth less than this share of the best are noise.
const LEAST_SHARE: f64 = 0.22;
/// A scheme worth less than this is no find at all.
const LEAST_WEIGHT: f64 = 0.12;
/// More schemes are no understanding.
const MOST_SCHEMES: usize = 12;
/// A phrase of everyday words that is said from beginning to end is worth this much, however little each word tells.
const SAID_WHOLE: f64 = 1.0;
/// Of a phrase, this much must be covered for it to be said whole.
const NEARLY_ALL: f64 = 0.95;
/// What all words that a scheme was found by count together, and its best phrase.
const WORDS_COUNT: f64 = 1.2;
const BEST_PHRASE_COUNTS: f64 = 1.35;
/// What a word of a phrase counts at the least, however little of the phrase is covered beside it.
const UNCOVERED_WORDS_COUNT: f64 = 0.4;
/// What a phrase counts at the least, however little of it is covered.
const UNCOVERED_COUNTS: f64 = 0.4;

/// The schemes that the words are about, best first.
pub(super) fn find(asked: &[Asked], phrases: &Phrases) -> Vec<Found> {
    let mut covered: HashMap<usize, Cover> = HashMap::new();
    for (number, word) in asked.iter().enumerate() {
        for (term, share) in &word.terms {
            credit(&mut covered, phrases, term, share * word.trust, number);
        }
        for end in number + 2..=(number + MOST_JOINED).min(asked.len()) {
            let joined: String = asked[number..end].iter().map(|word| word.whole.as_str()).collect();
            // Joined words are trusted as far as the least of them.
            let trust = asked[number..end].iter().map(|word| word.trust).fold(1.0, f64::min);
            credit(&mut covered, phrases, &joined, trust, number);
        }
    }
    let mut schemes: BTreeMap<usize, Worth> = BTreeMap::new();
    // In order of phrases, so that equal sums are added in the same order on every machine.
    let mut covered: Vec<(usize, Cover)> = covered.into_iter().collect();
    covered.sort_by_key(|(phrase, _)| *phrase);
    for (number, cover) in covered {
        let phrase = phrases.phrase(number);
        let all: f64 = phrase.weights.iter().sum();
        let sum: f64 = cover.words.values().map(Credit::worth).sum();
        if all <= 0.0 || sum <= 0.0 {
            continue;
        }
        let coverage = (sum / all).min(1.0);
        let counts = phrase.role.weight()
            * match phrase.role {
                // A situation is a bag of words: nobody types all of it.
                Role::Situation => 1.0,
                _ => UNCOVERED_COUNTS + (1.0 - UNCOVERED_COUNTS) * coverage * coverage,
            };
        let word_counts = phrase.role.weight()
            * match phrase.role {
                Role::Situation => 1.0,
                _ => UNCOVERED_WORDS_COUNT + (1.0 - UNCOVERED_WORDS_COUNT) * coverage * coverage,
            };
        let worth = schemes.entry(phrase.scheme).or_default();
        worth.best = worth.best.max(sum * counts);
        if phrase.role != Role::Situation && coverage >= NEARLY_ALL && cover.is_said_together() {
            worth.best = worth.best.max(SAID_WHOLE * phrase.role.weight());
        }
        for (_, credit) in cover.words {
            let value = worth.words.entry(credit.asked).or_default();
            *value = value.max(credit.worth() * word_counts);
        }
    }
    rank(schemes)
}

fn rank(schemes: BTreeMap<usize, Worth>) -> Vec<Found> {
    let mut found: Vec<Found> = schemes
        .into_iter()
        .map(|(scheme, worth)| Found {
            scheme,
            weight: WORDS_COUNT * worth.words.values().sum::<f64>() + BEST_PHRASE_COUNTS * worth.best,
            words: worth.words.into_keys().collect(),
        })
        .collect();
    found.sort_by(|one, other| other.weight.total_cmp(&one.weight).then(one.scheme.cmp(&other.scheme)));
    let best = found.first().map_or(0.0, |found| found.weight);
    found.retain(|found| found.weight >= (best * LEAST_SHARE).max(LEAST_WEIGHT));
    found.truncate(MOST_SCHEMES);
    found
}

/// What the question covers of one phrase, by the phrase's words.
#[derive(Default)]
struct Cover {
    words: BTreeMap<usize, Credit>,
}

impl Cover {
    /// Whether two words or more of the question cover the phrase, and stand near each other there.
    fn is_said_together(&self) -> bool {
        let asked = || {
            self.words
                .values()
                .filter(|credit| credit.worth() > 0.0)
                .map(|credit| credit.asked)
        };
        match (asked().min(), asked().max()) {
            (Some(first), Some(last)) => last > first && last - first <= self.words.len() + 1,
            _ => false,
        }
    }
}

/// What covers one word of a phrase.
#[derive(Default)]
struct Credit {
    /// As a whole word.
    whole: f64,
    /// By parts, which add up.
    parts: f64,
    asked: usize,
}

impl Credit {
    fn worth(&self) -> f64 {
        self.whole.max(self.parts)
    }
}

/// What a scheme has collected.
#[derive(Default)]
struct Worth {
    best: f64,
    /// The best credit of each word of the question.
    words: BTreeMap<usize, f64>,
}

fn credit(covered: &mut HashMap<usize, Cover>, phrases: &Phrases, term: &str, share: f64, asked: usize) {
    let rarity = phrases.rarity(term);
    for posting in phrases.find(term) {
        let weights = &phrases.phrase(posting.phrase).weights;
        let cover = covered.entry(posting.phrase).or_default();
        for (word, weight) in (posting.first..posting.end).map(|word| (word, weights[word])) {
            let credit = cover.words.entry(word).or_default();
            // A part tells no more than it would as a word of its own.
            let value = posting.share * share * if posting.is_part { weight.min(rarity) } else { weight };
            if value > credit.worth() {
                credit.asked = asked;
            }
            if posting.is_part {
                credit.parts = (credit.parts + value).min(weight * 0.9);
            } else {
                credit.whole = credit.whole.max(value);
            }
        }
    }
}
