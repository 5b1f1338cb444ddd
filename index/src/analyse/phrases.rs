//! An inverted index of the vocabulary: the phrases of schemes that contain a term.
//!
//! A question is matched against it before any officer is scored. So a phrase finds the right officer even if no officer
//! used it.

use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use super::analyser::{Analyser, Word};
use super::lexicon::{Lexicon, TermWeightClass};
use super::scheme::{NameRole, Scheme};
use crate::weights::{ClassWeights, VocabularyWeights};

/// All phrases of the vocabulary, with the postings of each term.
pub(crate) struct PhraseIndex {
    /// In order of schemes.
    phrases: Vec<Phrase>,
    /// The weights of the words of all phrases, one phrase after another.
    weights: Vec<f64>,
    /// The place of the first word of each phrase among those of all phrases.
    first_words: Vec<u32>,
    terms: FxHashMap<String, Term>,
    /// The postings of all terms, one term after another, in order of phrases.
    postings: Vec<PhrasePosting>,
}

/// A term of the vocabulary.
struct Term {
    /// How rare it is among the schemes, from 0 to 1.
    rarity: f64,
    postings: Range<usize>,
}

/// One name of a scheme.
pub(crate) struct Phrase {
    /// The number of the scheme.
    pub(crate) scheme: u32,
    pub(crate) role: NameRole,
    /// The sum of the weights of its words.
    pub(crate) weight: f64,
}

/// The occurrence of a term in a phrase. A question reads thousands of them, so it is small, and has what they read of the
/// phrase.
pub(crate) struct PhrasePosting {
    /// The weight of the first of its words.
    weight: f64,
    phrase: u32,
    first: u16,
    end: u16,
    coverage: TermCoverage,
}

impl PhrasePosting {
    /// Returns the number of the phrase.
    pub(crate) fn phrase(&self) -> usize {
        self.phrase as usize
    }

    /// Returns how much of the words' weight it has: all for the whole word, less for a part.
    pub(crate) fn share(&self, weights: &VocabularyWeights) -> f64 {
        match self.coverage {
            TermCoverage::Whole => 1.0,
            TermCoverage::PartOfTwo => weights.part_of_two,
            TermCoverage::PartOfMore => weights.part_of_more,
        }
    }

    /// Returns the words that it covers, each by its number in the phrase and with its weight.
    pub(crate) fn words<'a>(&self, index: &'a PhraseIndex) -> impl Iterator<Item = (u16, f64)> + use<'a> {
        let further = (self.first + 1..self.end).zip(index.further_weights(self));
        std::iter::once((self.first, self.weight)).chain(further)
    }

    /// Whether it is a part of the word.
    pub(crate) fn is_part(&self) -> bool {
        self.coverage != TermCoverage::Whole
    }
}

/// How much of a word a term covers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum TermCoverage {
    Whole,
    PartOfTwo,
    PartOfMore,
}

/// A term of a question in the phrases of schemes.
pub(crate) struct TermInPhrases<'a> {
    /// How rare the term is among the schemes, from 0 to 1.
    pub(crate) rarity: f64,
    /// In order of phrases.
    pub(crate) postings: &'a [PhrasePosting],
}

/// The most words that are joined into one term.
pub(crate) const MAX_JOINED: usize = 3;

impl PhraseIndex {
    /// Indexes the names of `schemes`.
    pub(super) fn new(schemes: &[Scheme], analyser: &Analyser, weights: &VocabularyWeights) -> Self {
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
        let rarities: FxHashMap<String, f64> = schemes_of
            .into_iter()
            .map(|(term, schemes)| (term, rarity(schemes.len())))
            .collect();
        let mut builder = PhraseIndexBuilder {
            analyser,
            classes: &weights.classes,
            rarities,
            phrases: Vec::new(),
            weights: Vec::new(),
            first_words: Vec::new(),
            postings: FxHashMap::default(),
        };
        for (scheme, role, words) in analysed {
            builder.add(scheme, role, &words);
        }
        builder.build()
    }

    /// Returns the number of phrases. Their numbers are in order of schemes.
    pub(crate) fn len(&self) -> usize {
        self.phrases.len()
    }

    /// Returns the postings of a term that the vocabulary has.
    pub(crate) fn find(&self, term: &str) -> Option<TermInPhrases<'_>> {
        let term = self.terms.get(term)?;
        Some(TermInPhrases {
            rarity: term.rarity,
            postings: &self.postings[term.postings.clone()],
        })
    }

    /// Returns a phrase by number.
    pub(crate) fn phrase(&self, number: usize) -> &Phrase {
        &self.phrases[number]
    }

    /// Returns the weights of the words that an occurrence covers after the first one: a term of joined words has some.
    fn further_weights(&self, posting: &PhrasePosting) -> impl Iterator<Item = f64> + use<'_> {
        let words = usize::from(posting.end - posting.first);
        let further = if words > 1 {
            let start = self.first_words[posting.phrase()] as usize + usize::from(posting.first);
            &self.weights[start + 1..start + words]
        } else {
            &[]
        };
        further.iter().copied()
    }

    /// Returns how rare a term is among the schemes, from 0 to 1. A term of no scheme has 1.
    pub(crate) fn rarity(&self, term: &str) -> f64 {
        self.terms.get(term).map_or(1.0, |term| term.rarity)
    }
}

/// Collects phrases in order of schemes.
struct PhraseIndexBuilder<'a> {
    analyser: &'a Analyser,
    classes: &'a ClassWeights,
    rarities: FxHashMap<String, f64>,
    phrases: Vec<Phrase>,
    weights: Vec<f64>,
    first_words: Vec<u32>,
    postings: FxHashMap<String, Vec<PhrasePosting>>,
}

impl PhraseIndexBuilder<'_> {
    fn add(&mut self, scheme: usize, role: NameRole, words: &[Word]) {
        if words.is_empty() {
            return;
        }
        let start = self.weights.len();
        for word in words {
            let weight = self.rarity(&word.whole) * self.classes.of(Lexicon::get().weight_class(&word.surface));
            self.weights.push(weight);
        }
        self.phrases.push(Phrase {
            scheme: u32::try_from(scheme).expect("the vocabulary has fewer than 2^32 schemes"),
            role,
            weight: self.weights[start..].iter().sum(),
        });
        let first_word = u32::try_from(start).expect("the vocabulary has fewer than 2^32 words");
        self.first_words.push(first_word);
        for (at, word) in words.iter().enumerate() {
            self.post(&word.whole, at..at + 1, TermCoverage::Whole);
            let coverage = if word.parts.len() > 2 {
                TermCoverage::PartOfMore
            } else {
                TermCoverage::PartOfTwo
            };
            for part in word.parts.iter().filter(|part| **part != word.whole) {
                self.post(part, at..at + 1, coverage);
            }
            if role != NameRole::Situation {
                for end in at + 2..=(at + MAX_JOINED).min(words.len()) {
                    let joined: String = words[at..end].iter().map(|word| word.whole.as_str()).collect();
                    self.post(&joined, at..end, TermCoverage::Whole);
                    // Typed as one word, its stem can differ from the joined stems.
                    let surface: String = words[at..end].iter().map(|word| word.surface.as_str()).collect();
                    let stem = self.analyser.forms(&surface).0;
                    if stem != joined {
                        self.post(&stem, at..end, TermCoverage::Whole);
                    }
                }
            }
        }
    }

    /// Adds an occurrence of a term in the last phrase.
    fn post(&mut self, term: &str, words: Range<usize>, coverage: TermCoverage) {
        let phrase = self.phrases.len() - 1;
        let posting = PhrasePosting {
            weight: self.weights[self.first_words[phrase] as usize + words.start],
            phrase: u32::try_from(phrase).expect("the vocabulary has fewer than 2^32 phrases"),
            first: u16::try_from(words.start).expect("a phrase has fewer than 2^16 words"),
            end: u16::try_from(words.end).expect("a phrase has fewer than 2^16 words"),
            coverage,
        };
        self.postings.entry(term.to_owned()).or_default().push(posting);
    }

    fn rarity(&self, term: &str) -> f64 {
        self.rarities.get(term).copied().unwrap_or(1.0)
    }

    fn build(self) -> PhraseIndex {
        let mut index = PhraseIndex {
            phrases: self.phrases,
            weights: self.weights,
            first_words: self.first_words,
            terms: FxHashMap::default(),
            postings: Vec::new(),
        };
        for (term, postings) in self.postings {
            let first = index.postings.len();
            index.postings.extend(postings);
            let rarity = self.rarities.get(&term).copied().unwrap_or(1.0);
            let postings = first..index.postings.len();
            index.terms.insert(term, Term { rarity, postings });
        }
        index
    }
}

/// Whether a word is worth matching: no stopword, except negations, because `geen adres` differs from `adres`.
pub(crate) fn is_content_word(word: &Word) -> bool {
    let negates = matches!(word.surface.as_str(), "geen" | "niet" | "zonder" | "nooit");
    negates || Lexicon::get().weight_class(&word.surface) != Some(TermWeightClass::Stopword)
}
