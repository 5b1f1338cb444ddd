//! The Dutch analyser: one for writing and for asking.
//!
//! It folds, takes words apart, stems them, and splits compounds: the whole word is kept and its parts are added. What it
//! makes of a word depends on this code ([`ANALYSER_VERSION`]), on the lexicon (`lexicon/*.txt`) and on the words of the
//! vocabulary; the versions of all three are part of every index and every plan, and an index of other versions is rebuilt.
//! An operator's words make nothing else of a word: they only tell what is right and what typing errors may have meant.

mod compound;
mod fold;
pub(crate) mod lexicon;
mod number;
mod phonetic;
mod stem;
mod tokens;

use std::collections::{HashMap, HashSet};
use std::sync::{PoisonError, RwLock};

pub(crate) use fold::fold;
use lexicon::Lexicon;

/// Raised whenever the code of the analyser makes something else of a word.
pub const ANALYSER_VERSION: u32 = 1;

/// A text has no more words than this for the analyser: what follows is passed over.
const MOST_WORDS: usize = 4096;

/// Shorter words are not taken for one that was written apart.
const SHORTEST_IN_ONE: usize = 7;

/// What may stand between the parts of a compound and is left out when they are written apart.
const LINKS: [&str; 4] = ["", "s", "en", "e"];

/// More words of entries are not remembered.
const MOST_REMEMBERED: usize = 65_536;

/// One word of a text and what it is found by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// The word as written, folded, without apostrophes and hyphens.
    pub(crate) surface: String,
    /// Its first byte in the text.
    pub(crate) start: usize,
    /// The first byte after it.
    pub(crate) end: usize,
    /// Whether it was written with a capital.
    pub(crate) is_capitalised: bool,
    /// The stem of the whole word; of a compound, the stems of its parts joined, so that linking letters do not matter.
    pub(crate) whole: String,
    /// The stems of the parts of a compound; none for another word.
    pub(crate) parts: Vec<String>,
}

/// The analyser with the words of a vocabulary.
pub(crate) struct Analyser {
    lexicon: &'static Lexicon,
    /// Everything a compound may be split into.
    parts: HashSet<String>,
    /// Words that are surely right, in their folded form.
    known: HashSet<String>,
    /// The stems of the known words.
    known_stems: HashSet<String>,
    /// Long words of the vocabulary that are written as one: what is meant when somebody writes their parts apart.
    in_one: HashSet<String>,
    /// The words of the vocabulary by first letter: what typing errors are corrected to.
    by_letter: HashMap<char, Vec<String>>,
    /// The same words by how they sound.
    by_sound: HashMap<String, Vec<String>>,
    /// What words of entries are found by, as far as it has been worked out.
    memory: RwLock<HashMap<String, (String, Vec<String>)>>,
}

impl Analyser {
    /// An analyser that also knows the words of `texts`: labels, synonyms and phrases of a vocabulary.
    pub(crate) fn new<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let texts: Vec<&str> = texts.into_iter().collect();
        let lexicon = Lexicon::get();
        let mut analyser = Self {
            lexicon,
            parts: lexicon.parts().iter().map(|part| (*part).to_owned()).collect(),
            known: HashSet::new(),
            known_stems: HashSet::new(),
            in_one: HashSet::new(),
            by_letter: HashMap::new(),
            by_sound: HashMap::new(),
            memory: RwLock::default(),
        };
        let mut words = words_of(&texts);
        // A word of the vocabulary may stand inside a longer one, unless it is itself made of parts.
        for word in &words {
            let may_be_part =
                word.len() >= 5 && lexicon.telling(word).is_none() && compound::split(word, &analyser.parts).is_empty();
            if may_be_part && word.bytes().all(|byte| byte.is_ascii_lowercase()) && lexicon.exception(word).is_none() {
                analyser.parts.insert(word.clone());
            }
        }
        words.extend(
            lexicon
                .parts()
                .iter()
                .copied()
                .chain(lexicon.stemmed_words())
                .map(str::to_owned),
        );
        analyser.know(words, &texts);
        analyser.known.extend(lexicon.everyday_words().map(str::to_owned));
        analyser.known_stems = analyser.known.iter().map(|word| stem::stem(word, lexicon)).collect();
        analyser
    }

    /// Takes the words of `texts` for right. No word is found by anything else for it: what compounds are split into stays.
    pub(crate) fn learn<'a>(&mut self, texts: impl IntoIterator<Item = &'a str>) {
        let texts: Vec<&str> = texts.into_iter().collect();
        let words = words_of(&texts);
        let stems = words.iter().filter(|word| word.len() >= 3).map(|word| self.stem(word));
        let stems: Vec<String> = stems.collect();
        self.known_stems.extend(stems);
        self.know(words, &texts);
    }

    /// Notes words that are right, those that may be typed apart, and names of several words that are typed as one.
    fn know(&mut self, words: Vec<String>, texts: &[&str]) {
        let lexicon = self.lexicon;
        let in_one = texts.iter().flat_map(|text| tokens::tokenise(text));
        let in_one = in_one.filter_map(|token| <[String; 1]>::try_from(token.pieces).ok());
        self.in_one.extend(
            in_one
                .map(|[word]| word)
                .filter(|word| word.len() >= SHORTEST_IN_ONE && lexicon.telling(word).is_none()),
        );
        for word in words.into_iter().filter(|word| word.len() >= 3) {
            if self.known.insert(word.clone()) && word.len() >= 4 {
                let first = word.chars().next().expect("the word has letters");
                self.by_sound.entry(phonetic::key(&word)).or_default().push(word.clone());
                self.by_letter.entry(first).or_default().push(word);
            }
        }
        for name in texts.iter().filter_map(|text| written_as_one(text)) {
            // Names of two or three words are also typed as one: such a word is right, and may be meant.
            let first = name.chars().next().expect("a name has letters");
            if self.known.insert(name.clone()) {
                self.known_stems.insert(self.stem(&name));
                self.by_letter.entry(first).or_default().push(name);
            }
        }
        for candidates in self.by_letter.values_mut().chain(self.by_sound.values_mut()) {
            candidates.sort_unstable();
        }
    }

    /// The words of `text`, in order.
    pub(crate) fn words(&self, text: &str) -> Vec<Word> {
        tokens::tokenise(text)
            .into_iter()
            .take(MOST_WORDS)
            .map(|token| self.word(&token))
            .collect()
    }

    /// The words of an entry's text. Entries say the same words over and over, so what they are found by is remembered;
    /// neither names of people nor words of questions may come here.
    pub(crate) fn document_words(&self, text: &str) -> Vec<Word> {
        let words = tokens::tokenise(text).into_iter().take(MOST_WORDS);
        words
            .map(|token| {
                if token.pieces.len() == 1 {
                    self.remembered(&token)
                } else {
                    self.word(&token)
                }
            })
            .collect()
    }

    /// The words of a person's name: no Dutch words, so neither stemmed nor split.
    pub(crate) fn name_words(&self, name: &str) -> Vec<Word> {
        let words = tokens::tokenise(name).into_iter().take(MOST_WORDS);
        words
            .map(|token| {
                let surface = token.pieces.concat();
                located(&token, surface.clone(), surface, Vec::new())
            })
            .collect()
    }

    fn remembered(&self, token: &tokens::Token) -> Word {
        let surface = &token.pieces[0];
        let known = self
            .memory
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(surface)
            .cloned();
        let (whole, parts) = known.unwrap_or_else(|| {
            let forms = self.forms(surface);
            let mut memory = self.memory.write().unwrap_or_else(PoisonError::into_inner);
            if memory.len() < MOST_REMEMBERED {
                memory.insert(surface.clone(), forms.clone());
            }
            forms
        });
        located(token, surface.clone(), whole, parts)
    }

    /// What a single folded word is found by.
    pub(crate) fn forms(&self, surface: &str) -> (String, Vec<String>) {
        if let Some(number) = number::parse(surface) {
            return (number.to_string(), Vec::new());
        }
        if let Some(digits) = surface.strip_suffix(['+', '-']) {
            return (surface.to_owned(), vec![digits.to_owned()]);
        }
        if let Some(stem) = self.lexicon.stem_of(surface) {
            return (stem.to_owned(), Vec::new());
        }
        let parts: Vec<&str> = match self.lexicon.exception(surface) {
            Some(parts) => parts.to_vec(),
            None if self.lexicon.parts().contains(surface) => Vec::new(),
            None => compound::split(surface, &self.parts),
        };
        if parts.is_empty() {
            return (self.stem(surface), Vec::new());
        }
        let stems: Vec<String> = parts.iter().map(|part| self.stem(part)).collect();
        (stems.concat(), stems)
    }

    /// The stem of a folded word, as one word.
    pub(crate) fn stem(&self, surface: &str) -> String {
        stem::stem(surface, self.lexicon)
    }

    /// Whether a folded word is surely not a typing error.
    pub(crate) fn is_known(&self, surface: &str) -> bool {
        surface.bytes().any(|byte| byte.is_ascii_digit())
            || number::parse(surface).is_some()
            || self.known.contains(surface)
            || self.known_stems.contains(&self.stem(surface))
            || !compound::split(surface, &self.parts).is_empty()
    }

    /// The word of the vocabulary whose parts these words are, when it is written as one: `schuld hulp verlening`.
    pub(crate) fn in_one(&self, words: &[Word]) -> Option<Word> {
        let (first, last) = (words.first()?, words.last()?);
        // "Opvang en" is no "opvangen".
        if self.lexicon.telling(&last.surface) == Some(lexicon::Telling::Nothing) {
            return None;
        }
        let mut candidates = vec![first.surface.clone()];
        for word in &words[1..] {
            let longer = |before: &String| LINKS.map(|link| format!("{before}{link}{}", word.surface));
            candidates = candidates.iter().flat_map(longer).collect();
        }
        let surface = candidates.into_iter().find(|candidate| self.in_one.contains(candidate))?;
        let (whole, parts) = self.forms(&surface);
        Some(Word {
            surface,
            start: first.start,
            end: last.end,
            is_capitalised: first.is_capitalised,
            whole,
            parts,
        })
    }

    /// The known words that sound like a folded word.
    pub(crate) fn sounding_like(&self, surface: &str) -> &[String] {
        self.by_sound.get(&phonetic::key(surface)).map_or(&[], Vec::as_slice)
    }

    /// The known words with this first letter.
    pub(crate) fn known_words(&self, first: char) -> &[String] {
        self.by_letter.get(&first).map_or(&[], Vec::as_slice)
    }

    /// The words that compounds are split into.
    pub(crate) fn parts(&self) -> &HashSet<String> {
        &self.parts
    }

    /// Splits no compound any more.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn forget_parts(&mut self) {
        self.parts.clear();
        self.lexicon = Box::leak(Box::new(self.lexicon.without_exceptions()));
    }

    /// Leaves all stems to the stemmer.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn forget_stems(&mut self) {
        self.lexicon = Box::leak(Box::new(self.lexicon.without_stems()));
    }

    /// Corrects nothing any more.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn forget_corrections(&mut self) {
        self.by_letter.clear();
        self.by_sound.clear();
    }

    fn word(&self, token: &tokens::Token) -> Word {
        let surface = token.pieces.concat();
        let (whole, parts) = match token.pieces.as_slice() {
            [_] => self.forms(&surface),
            pieces => self.hyphenated(pieces),
        };
        located(token, surface, whole, parts)
    }

    /// A hyphenated word is a compound whose parts the writer has shown.
    fn hyphenated(&self, pieces: &[String]) -> (String, Vec<String>) {
        let mut whole = String::new();
        let mut stems = Vec::new();
        for piece in pieces {
            let (piece_whole, piece_parts) = self.forms(piece);
            whole.push_str(&piece_whole);
            // A single letter is no part, but belongs to the whole (`z-route`).
            if piece.len() > 1 {
                stems.push(piece_whole);
            }
            stems.extend(piece_parts);
        }
        (whole, stems)
    }
}

/// The words of `texts`, in order and each once; of a hyphenated one its pieces too.
fn words_of(texts: &[&str]) -> Vec<String> {
    let tokens = texts.iter().flat_map(|text| tokens::tokenise(text));
    let mut words: Vec<String> = tokens
        .flat_map(|token| {
            let whole = token.pieces.concat();
            token.pieces.into_iter().chain([whole])
        })
        .collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// A word with its place in the text.
fn located(token: &tokens::Token, surface: String, whole: String, parts: Vec<String>) -> Word {
    Word {
        surface,
        start: token.start,
        end: token.end,
        is_capitalised: token.capital,
        whole,
        parts,
    }
}

/// A name of two or three long words as it is typed in one.
fn written_as_one(text: &str) -> Option<String> {
    let tokens = tokens::tokenise(text);
    let is_name = (2..=3).contains(&tokens.len())
        && tokens
            .iter()
            .all(|token| token.pieces.len() == 1 && token.pieces[0].len() >= 4);
    is_name.then(|| tokens.iter().map(|token| token.pieces[0].as_str()).collect())
}

#[cfg(test)]
mod tests;
