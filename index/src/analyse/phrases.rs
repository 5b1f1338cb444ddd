//! An inverted index of the vocabulary: the phrases of schemes that contain a term.
//!
//! A question is matched against it before any officer is scored. So a phrase finds the right officer even if no officer
//! used it.

use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use super::analyser::{Analyser, Word};
use super::lexicon::{Lexicon, TermWeightClass};
use super::scheme::{NameRole, Scheme};

/// All phrases of the vocabulary, with the postings of each term.
pub(crate) struct PhraseIndex {
    /// In order of schemes.
    phrases: Vec<Phrase>,
    /// The weights of the words of all phrases, one phrase after another.
    weights: Vec<f64>,
    postings: FxHashMap<String, Vec<PhrasePosting>>,
    /// How rare a term is among the schemes, from 0 to 1.
    rarity: FxHashMap<String, f64>,
}

/// One name of a scheme.
pub(crate) struct Phrase {
    /// The number of the scheme.
    pub(crate) scheme: usize,
    pub(crate) role: NameRole,
    /// The sum of the weights of its words.
    pub(crate) weight: f64,
    /// The places of its words among those of all phrases.
    words: Range<usize>,
}

impl Phrase {
    /// Returns how many words it has.
    pub(crate) fn len(&self) -> usize {
        self.words.len()
    }
}

/// The occurrence of a term in a phrase.
pub(crate) struct PhrasePosting {
    pub(crate) phrase: usize,
    /// The first word that it covers, and the one after the last: several for a term of joined words.
    pub(crate) first: usize,
    pub(crate) end: usize,
    /// How much of the words' weight it has: all for the whole word, less for a part.
    pub(crate) share: f64,
    /// Whether it is a part of the word.
    pub(crate) is_part: bool,
}

/// The most words that are joined into one term.
pub(crate) const MAX_JOINED: usize = 3;

impl PhraseIndex {
    /// Indexes the names of `schemes`.
    pub(super) fn new(schemes: &[Scheme], analyser: &Analyser) -> Self {
        let mut analysed: Vec<(usize, NameRole, Vec<Word>)> = Vec::new();
        let mut schemes_of: FxHashMap<String, FxHashSet<usize>> = FxHashMap::default();
        for (number, scheme) in schemes.iter().enumerate() {
            for (role, text) in scheme.names() {
                let words: Vec<Word> = analyser.words(text).into_iter().filter(is_content_word).collect();
                for term in words.iter().flat_map(|word| std::iter::once(&word.whole).chain(&word.parts)) {
                    schemes_of.entry(term.clone()).or_default().insert(number);
                }
                analysed.push((number, role, words));
            }
        }
        let rarity = |count: usize| {
            let inverse = |count: f64| (1.0 + (schemes.len() as f64 - count + 0.5) / (count + 0.5)).ln();
            inverse(count as f64) / inverse(1.0)
        };
        let rarity = schemes_of
            .into_iter()
            .map(|(term, schemes)| (term, rarity(schemes.len())))
            .collect();
        let mut phrases = Self {
            phrases: Vec::new(),
            weights: Vec::new(),
            postings: FxHashMap::default(),
            rarity,
        };
        for (scheme, role, words) in analysed {
            phrases.add(scheme, role, &words, analyser);
        }
        phrases
    }

    fn add(&mut self, scheme: usize, role: NameRole, words: &[Word], analyser: &Analyser) {
        if words.is_empty() {
            return;
        }
        let phrase = self.phrases.len();
        let start = self.weights.len();
        for word in words {
            let weight = self.rarity(&word.whole) * class_weight(&word.surface);
            self.weights.push(weight);
        }
        self.phrases.push(Phrase {
            scheme,
            role,
            weight: self.weights[start..].iter().sum(),
            words: start..self.weights.len(),
        });
        let mut post = |term: &str, first: usize, end: usize, share: f64, is_part: bool| {
            self.postings.entry(term.to_owned()).or_default().push(PhrasePosting {
                phrase,
                first,
                end,
                share,
                is_part,
            });
        };
        for (at, word) in words.iter().enumerate() {
            post(&word.whole, at, at + 1, 1.0, false);
            let share = if word.parts.len() > 2 { 0.4 } else { 0.5 };
            for part in word.parts.iter().filter(|part| **part != word.whole) {
                post(part, at, at + 1, share, true);
            }
            if role != NameRole::Situation {
                for end in at + 2..=(at + MAX_JOINED).min(words.len()) {
                    let joined: String = words[at..end].iter().map(|word| word.whole.as_str()).collect();
                    post(&joined, at, end, 1.0, false);
                    // Typed as one word, its stem can differ from the joined stems.
                    let surface: String = words[at..end].iter().map(|word| word.surface.as_str()).collect();
                    let stem = analyser.forms(&surface).0;
                    if stem != joined {
                        post(&stem, at, end, 1.0, false);
                    }
                }
            }
        }
    }

    /// Returns the postings of a term.
    pub(crate) fn postings(&self, term: &str) -> &[PhrasePosting] {
        self.postings.get(term).map_or(&[], Vec::as_slice)
    }

    /// Returns a phrase by number.
    pub(crate) fn phrase(&self, number: usize) -> &Phrase {
        &self.phrases[number]
    }

    /// Returns the number of phrases.
    pub(crate) fn len(&self) -> usize {
        self.phrases.len()
    }

    /// Returns the weights of the words of a phrase.
    pub(crate) fn weights(&self, phrase: &Phrase) -> &[f64] {
        &self.weights[phrase.words.clone()]
    }

    /// Returns how rare a term is among the schemes, from 0 to 1. A term of no scheme has 1.
    pub(crate) fn rarity(&self, term: &str) -> f64 {
        self.rarity.get(term).copied().unwrap_or(1.0)
    }
}

/// Returns the weight of a word within the vocabulary, by its class. It is higher than in entries: nearly every entry says
/// `maatwerk`, yet it names a scheme.
fn class_weight(surface: &str) -> f64 {
    match Lexicon::get().weight_class(surface) {
        Some(TermWeightClass::Stopword) => 0.2,
        Some(TermWeightClass::Boilerplate) => 0.5,
        Some(TermWeightClass::Common) => 0.55,
        Some(TermWeightClass::Family) => 0.85,
        Some(TermWeightClass::Ordinary) => 0.85,
        None => 1.0,
    }
}

/// Whether a word is worth matching: no stopword, except negations, because `geen adres` differs from `adres`.
pub(crate) fn is_content_word(word: &Word) -> bool {
    let negates = matches!(word.surface.as_str(), "geen" | "niet" | "zonder" | "nooit");
    negates || Lexicon::get().weight_class(&word.surface) != Some(TermWeightClass::Stopword)
}
