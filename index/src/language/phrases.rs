//! The vocabulary as an index of its own: which phrases of which schemes hold a word.
//!
//! A question is matched against it before any officer is looked at, so that a phrase which no officer wrote still finds
//! the right one.

use std::collections::{HashMap, HashSet};

use register::identifier::CompetenceCode;

use super::Executor;
use crate::analyser::lexicon::{Lexicon, Telling};
use crate::analyser::{Analyser, Word};

/// A law or scheme with all the ways it is called.
#[derive(Clone, Debug)]
pub(crate) struct Scheme {
    pub(crate) code: CompetenceCode,
    pub(crate) label: String,
    pub(crate) abbreviation: Option<String>,
    pub(crate) official_title: String,
    pub(crate) synonyms: Vec<String>,
    pub(crate) phrases: Vec<String>,
    pub(crate) situations: String,
    pub(crate) executors: Vec<Executor>,
}

/// In what role a text stands at a scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Label,
    Abbreviation,
    Title,
    Synonym,
    Phrase,
    Situation,
}

impl Role {
    /// How surely a text in this role means the scheme.
    pub(crate) fn weight(self) -> f64 {
        match self {
            Self::Abbreviation | Self::Label | Self::Synonym => 1.0,
            Self::Phrase => 0.85,
            Self::Title => 0.6,
            Self::Situation => 0.3,
        }
    }
}

impl Role {
    /// How surely a text in this role is what somebody is typing, if it is anything that people type.
    pub(super) fn suggests(self) -> Option<u32> {
        match self {
            Self::Label => Some(100),
            Self::Abbreviation | Self::Synonym => Some(96),
            Self::Phrase => Some(70),
            Self::Title | Self::Situation => None,
        }
    }
}

impl Scheme {
    /// Its texts.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (Role, &str)> {
        let one = |role, text| std::iter::once((role, text));
        one(Role::Label, self.label.as_str())
            .chain(self.abbreviation.iter().map(|text| (Role::Abbreviation, text.as_str())))
            .chain(one(Role::Title, self.official_title.as_str()))
            .chain(self.synonyms.iter().map(|text| (Role::Synonym, text.as_str())))
            .chain(self.phrases.iter().map(|text| (Role::Phrase, text.as_str())))
            .chain(
                self.situations
                    .split_inclusive(['.', '?', '!'])
                    .map(|text| (Role::Situation, text)),
            )
            .filter(|(_, text)| !text.trim().is_empty())
    }
}

/// All phrases, and where each word stands in them.
pub(crate) struct Phrases {
    phrases: Vec<Phrase>,
    postings: HashMap<String, Vec<Posting>>,
    /// How rare a term is among the schemes, from 0 to 1.
    rarity: HashMap<String, f64>,
}

/// One text of a scheme.
pub(crate) struct Phrase {
    /// Its number among the schemes.
    pub(crate) scheme: usize,
    pub(crate) role: Role,
    /// How much each of its words tells.
    pub(crate) weights: Vec<f64>,
}

/// That a term stands for words of a phrase.
pub(crate) struct Posting {
    pub(crate) phrase: usize,
    /// The first word it stands for, and the one after the last: more than one for words written apart.
    pub(crate) first: usize,
    pub(crate) end: usize,
    /// What share of the words' meaning it has: all for the whole word, less for a part.
    pub(crate) share: f64,
    /// Whether it is a part of the word.
    pub(crate) is_part: bool,
}

/// As many words may be written apart that are one.
pub(crate) const MOST_JOINED: usize = 3;

impl Phrases {
    pub(super) fn new(schemes: &[Scheme], analyser: &Analyser) -> Self {
        let mut analysed: Vec<(usize, Role, Vec<Word>)> = Vec::new();
        let mut schemes_of: HashMap<String, HashSet<usize>> = HashMap::new();
        for (number, scheme) in schemes.iter().enumerate() {
            for (role, text) in scheme.texts() {
                let words: Vec<Word> = analyser.words(text).into_iter().filter(tells).collect();
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
            postings: HashMap::new(),
            rarity,
        };
        for (scheme, role, words) in analysed {
            phrases.add(scheme, role, &words, analyser);
        }
        phrases
    }

    fn add(&mut self, scheme: usize, role: Role, words: &[Word], analyser: &Analyser) {
        if words.is_empty() {
            return;
        }
        let phrase = self.phrases.len();
        let weights = words
            .iter()
            .map(|word| self.rarity(&word.whole) * telling(&word.surface))
            .collect();
        self.phrases.push(Phrase { scheme, role, weights });
        let mut post = |term: &str, first: usize, end: usize, share: f64, is_part: bool| {
            self.postings.entry(term.to_owned()).or_default().push(Posting {
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
            if role != Role::Situation {
                for end in at + 2..=(at + MOST_JOINED).min(words.len()) {
                    let joined: String = words[at..end].iter().map(|word| word.whole.as_str()).collect();
                    post(&joined, at, end, 1.0, false);
                    // Typed as one word, it may have another stem than its words have.
                    let surface: String = words[at..end].iter().map(|word| word.surface.as_str()).collect();
                    let stem = analyser.forms(&surface).0;
                    if stem != joined {
                        post(&stem, at, end, 1.0, false);
                    }
                }
            }
        }
    }

    /// Where a term stands.
    pub(crate) fn find(&self, term: &str) -> &[Posting] {
        self.postings.get(term).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn phrase(&self, number: usize) -> &Phrase {
        &self.phrases[number]
    }

    /// How rare a term is among the schemes, from 0 to 1; a term of none is rare.
    pub(crate) fn rarity(&self, term: &str) -> f64 {
        self.rarity.get(term).copied().unwrap_or(1.0)
    }
}

/// How much the vocabulary trusts a word of its own, by the everyday lists. `maatwerk` is a word of every entry, and still
/// the name of a scheme.
pub(crate) fn telling(surface: &str) -> f64 {
    match Lexicon::get().telling(surface) {
        Some(Telling::Nothing) => 0.2,
        Some(Telling::Register) => 0.5,
        Some(Telling::Common) => 0.55,
        Some(Telling::Family) => 0.85,
        Some(Telling::Ordinary) => 0.85,
        None => 1.0,
    }
}

/// Words that mean nothing in a phrase either. A negation does: `geen adres` is another thing than `adres`.
pub(crate) fn tells(word: &Word) -> bool {
    let negates = matches!(word.surface.as_str(), "geen" | "niet" | "zonder" | "nooit");
    negates || Lexicon::get().telling(&word.surface) != Some(Telling::Nothing)
}
