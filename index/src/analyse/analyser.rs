//! The Dutch analyser, the same for indexing and for querying.
//!
//! It tokenises, folds, stems and splits compounds; of a compound it keeps the whole and adds the parts. Its output depends
//! on this code ([`ANALYSER_VERSION`]), on files of the lexicon and on the words of the vocabulary that can be parts of
//! compounds. The versions of all three are part of every index and plan, and an index of other versions is rebuilt. Synonyms that an operator adds do not change
//! its output: they only extend what counts as correct and what typing errors are corrected to.

use std::ops::Range;
use std::sync::{PoisonError, RwLock};

use rustc_hash::{FxHashMap, FxHashSet};
use sha2::{Digest as _, Sha256};

use super::joinable::JoinableWords;
use super::lexicon::{Lexicon, TermWeightClass};
use super::spelling::Spelling;
use super::{compounds, numbers, stem, tokens};
use crate::hash::HashMap;

/// The version of the analyser's code. To be raised with any change of its output.
pub const ANALYSER_VERSION: u32 = 1;

/// The most words of a text that are analysed; the rest is ignored.
const MAX_WORDS: usize = 4096;

/// The fewest letters of a compound that is recognised when it is typed as separate words.
const SHORTEST_JOINED: usize = 7;

/// Linking letters of a compound, which are omitted when it is typed as separate words.
const LINKS: [&str; 4] = ["", "s", "en", "e"];

/// The most words of entries in the cache.
const MAX_CACHED: usize = 65_536;

/// The steps of analysis and planning that can be switched off, to measure what each contributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnalysisSteps {
    /// Whether compounds are split.
    pub compounds: bool,
    /// Whether the lexicon overrides the stemmer.
    pub irregular_stems: bool,
    /// Whether typing errors are corrected.
    pub corrections: bool,
    /// Whether the names and phrases of the vocabulary indicate schemes.
    pub phrases: bool,
    /// Whether a text is also read section by section.
    pub sections: bool,
    /// Whether words tell which executor of a scheme is meant.
    pub executor_cues: bool,
    /// Whether schemes bring their related ones.
    pub related_schemes: bool,
}

impl Default for AnalysisSteps {
    fn default() -> Self {
        Self {
            compounds: true,
            irregular_stems: true,
            corrections: true,
            phrases: true,
            sections: true,
            executor_cues: true,
            related_schemes: true,
        }
    }
}

/// One word of a text with its index terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// The word as typed, folded, without apostrophes and hyphens.
    pub(crate) surface: String,
    /// The first byte in the text.
    pub(crate) start: usize,
    /// The first byte after it.
    pub(crate) end: usize,
    /// Whether it begins with a capital.
    pub(crate) is_capitalised: bool,
    /// The stem of the whole word. For a compound, the joined stems of its parts, so that linking letters do not matter.
    pub(crate) whole: String,
    /// The stems of the parts of a compound; empty for other words.
    pub(crate) parts: Vec<String>,
}

/// The analyser with the words of a vocabulary.
pub(crate) struct Analyser {
    lexicon: &'static Lexicon,
    steps: AnalysisSteps,
    /// The words that compounds are split into.
    parts: FxHashSet<String>,
    /// Words that are certainly correct, folded.
    known: FxHashSet<String>,
    /// The forms of most of these words, which most words of questions are.
    forms_of_known: FxHashMap<String, (String, Vec<String>)>,
    /// The stems of the known words.
    known_stems: FxHashSet<String>,
    /// Long words of the vocabulary, which people also type as separate words.
    joinable: JoinableWords,
    /// Those of these words that the vocabulary also writes apart: `eigen bijdrage`.
    written_apart: FxHashSet<String>,
    /// The words of the vocabulary as candidates for correcting typing errors.
    spelling: Spelling,
    /// The stem and parts of words of entries. Its keys are words of strangers, so its hashes are seeded.
    cache: RwLock<HashMap<String, (String, Vec<String>)>>,
}

impl Analyser {
    /// Creates an analyser that also knows the words of `texts`: the labels, synonyms and phrases of a vocabulary.
    pub(crate) fn new<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let texts: Vec<&str> = texts.into_iter().collect();
        let lexicon = Lexicon::get();
        let mut analyser = Self {
            lexicon,
            steps: AnalysisSteps::default(),
            parts: lexicon.compound_parts().iter().map(|part| (*part).to_owned()).collect(),
            known: FxHashSet::default(),
            forms_of_known: FxHashMap::default(),
            known_stems: FxHashSet::default(),
            joinable: JoinableWords::default(),
            written_apart: FxHashSet::default(),
            spelling: Spelling::default(),
            cache: RwLock::default(),
        };
        let mut words = words_of(&texts);
        // A word of the vocabulary can be a part of compounds, unless it is a compound itself.
        for word in &words {
            let may_be_part =
                word.len() >= 5 && lexicon.weight_class(word).is_none() && compounds::split(word, &analyser.parts).is_empty();
            if may_be_part && word.bytes().all(|byte| byte.is_ascii_lowercase()) && lexicon.compound_exception(word).is_none() {
                analyser.parts.insert(word.clone());
            }
        }
        words.extend(
            lexicon
                .compound_parts()
                .iter()
                .copied()
                .chain(lexicon.stemmed_words())
                .map(str::to_owned),
        );
        analyser.add_known(words, &texts);
        analyser.known.extend(lexicon.classed_words().map(str::to_owned));
        analyser.known_stems = analyser.known.iter().map(|word| stem::stem(word, Some(lexicon))).collect();
        let forms_of_known = analyser.known.iter().map(|word| (word.clone(), analyser.forms(word)));
        analyser.forms_of_known = forms_of_known.collect();
        analyser
    }

    /// Marks the words of `texts` as correct. The index terms of words do not change: compounds are split as before.
    pub(crate) fn learn<'a>(&mut self, texts: impl IntoIterator<Item = &'a str>) {
        let texts: Vec<&str> = texts.into_iter().collect();
        let words = words_of(&texts);
        let stems = words.iter().filter(|word| word.len() >= 3).map(|word| self.stem(word));
        let stems: Vec<String> = stems.collect();
        self.known_stems.extend(stems);
        self.add_known(words, &texts);
    }

    /// Switches steps off. Words that were learned stay known.
    pub(crate) fn limit_to(&mut self, steps: AnalysisSteps) {
        self.steps = steps;
        self.forms_of_known.clear();
        if !steps.compounds {
            self.parts.clear();
        }
        if !steps.corrections {
            self.spelling.clear();
        }
    }

    /// Adds correct words, those that may be typed as separate words, and names of several words that may be typed as one.
    fn add_known(&mut self, words: Vec<String>, texts: &[&str]) {
        let lexicon = self.lexicon;
        let joinable = texts.iter().flat_map(|text| tokens::tokenise(text));
        let joinable = joinable.filter_map(|token| <[String; 1]>::try_from(token.pieces).ok());
        self.joinable.extend(
            joinable
                .map(|[word]| word)
                .filter(|word| word.len() >= SHORTEST_JOINED && lexicon.weight_class(word).is_none()),
        );
        for text in texts {
            let tokens: Vec<String> = tokens::tokenise(text)
                .into_iter()
                .map(|token| token.pieces.concat())
                .collect();
            let pairs = tokens.windows(2).map(|pair| pair.concat());
            let joinable = |pair: &String| {
                self.joinable
                    .begin(pair)
                    .is_some_and(|begun| self.joinable.ended(&begun).is_some())
            };
            self.written_apart.extend(pairs.filter(joinable));
        }
        for word in words.into_iter().filter(|word| word.len() >= 3) {
            if self.known.insert(word.clone()) && word.len() >= 4 {
                self.spelling.add(&word);
            }
        }
        for name in texts.iter().filter_map(|text| joined_name(text)) {
            // People also type names of two or three words as one. That is correct, and a candidate for corrections.
            if self.known.insert(name.clone()) {
                self.known_stems.insert(self.stem(&name));
                self.spelling.add(&name);
            }
        }
        let pieces: Vec<String> = texts
            .iter()
            .flat_map(|text| tokens::tokenise(text))
            .flat_map(|token| token.pieces)
            .collect();
        self.spelling.count(pieces.iter().map(String::as_str));
    }

    /// Analyses the words of `text`, in order.
    pub(crate) fn words(&self, text: &str) -> Vec<Word> {
        tokens::tokenise(text)
            .into_iter()
            .take(MAX_WORDS)
            .map(|token| self.word(&token))
            .collect()
    }

    /// Analyses the words of an entry's text. Entries repeat the same words, so their terms are cached. Never call it with
    /// names of persons or with questions.
    pub(crate) fn document_words(&self, text: &str) -> Vec<Word> {
        let words = tokens::tokenise(text).into_iter().take(MAX_WORDS);
        words
            .map(|token| self.word_by(&token, |piece| self.cached_forms(piece)))
            .collect()
    }

    /// Visits the words of an entry's text in order, like [`Analyser::document_words`] without copies: the surface, the stem of the
    /// whole, those of the parts, and the place in the text.
    pub(crate) fn visit_document_words(&self, text: &str, mut visit: impl FnMut(&str, &str, &[String], Range<usize>)) {
        let cache = self.cache.read().unwrap_or_else(PoisonError::into_inner);
        // After a start, the words of entries have not been analysed yet.
        let mut unknown = Vec::new();
        let mut words = 0;
        tokens::read(text, |word| {
            words += 1;
            if words > MAX_WORDS {
                return;
            }
            let token = match word {
                Ok(plain) => match cache.get(plain.folded) {
                    Some((whole, parts)) => return visit(plain.folded, whole, parts, plain.start..plain.end),
                    None => plain.into(),
                },
                Err(token) => token,
            };
            let word = self.word_by(&token, |piece| {
                cache.get(piece).cloned().unwrap_or_else(|| {
                    let forms = self.forms(piece);
                    if cache.len() < MAX_CACHED {
                        unknown.push((piece.to_owned(), forms.clone()));
                    }
                    forms
                })
            });
            visit(&word.surface, &word.whole, &word.parts, word.start..word.end);
        });
        drop(cache);
        if !unknown.is_empty() {
            self.remember(unknown);
        }
    }

    /// Tokenises a person's name. Names are not Dutch words, so they are neither stemmed nor split.
    pub(crate) fn name_words(&self, name: &str) -> Vec<Word> {
        let words = tokens::tokenise(name).into_iter().take(MAX_WORDS);
        words
            .map(|token| {
                let surface = token.pieces.concat();
                located_word(&token, surface.clone(), surface, Vec::new())
            })
            .collect()
    }

    /// Returns what [`Analyser::forms`] does for a word of an entry, and remembers it.
    fn cached_forms(&self, surface: &str) -> (String, Vec<String>) {
        let known = self
            .cache
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(surface)
            .cloned();
        known.unwrap_or_else(|| {
            let forms = self.forms(surface);
            self.remember([(surface.to_owned(), forms.clone())]);
            forms
        })
    }

    /// Adds words of entries, with their forms, to the cache as long as there is room.
    fn remember(&self, words: impl IntoIterator<Item = (String, (String, Vec<String>))>) {
        let mut cache = self.cache.write().unwrap_or_else(PoisonError::into_inner);
        let room = MAX_CACHED.saturating_sub(cache.len());
        cache.extend(words.into_iter().take(room));
    }

    /// Returns the stem of a single folded word, and the stems of its parts if it is a compound.
    pub(crate) fn forms(&self, surface: &str) -> (String, Vec<String>) {
        if let Some(forms) = self.forms_of_known.get(surface) {
            return forms.clone();
        }
        if let Some(number) = numbers::parse(surface) {
            return (number.to_string(), Vec::new());
        }
        if let Some(digits) = surface.strip_suffix(['+', '-']) {
            return (surface.to_owned(), vec![digits.to_owned()]);
        }
        if let Some(stem) = self.irregular_stems().and_then(|lexicon| lexicon.stem_of(surface)) {
            return (stem.to_owned(), Vec::new());
        }
        let exception = self.lexicon.compound_exception(surface).filter(|_| self.steps.compounds);
        let parts: Vec<&str> = match exception {
            Some(parts) => parts.to_vec(),
            None if self.lexicon.compound_parts().contains(surface) => Vec::new(),
            None => compounds::split(surface, &self.parts),
        };
        if parts.is_empty() {
            return (self.stem(surface), Vec::new());
        }
        let stems: Vec<String> = parts.iter().map(|part| self.stem(part)).collect();
        (stems.concat(), stems)
    }

    /// Returns the stem of a folded word, which is not split.
    pub(crate) fn stem(&self, surface: &str) -> String {
        stem::stem(surface, self.irregular_stems())
    }

    fn irregular_stems(&self) -> Option<&'static Lexicon> {
        self.steps.irregular_stems.then_some(self.lexicon)
    }

    /// Whether a folded word is certainly not a typing error.
    pub(crate) fn is_known(&self, surface: &str) -> bool {
        self.known.contains(surface)
            || surface.bytes().any(|byte| byte.is_ascii_digit())
            || numbers::parse(surface).is_some()
            || self.known_stems.contains(&self.stem(surface))
            || !compounds::split(surface, &self.parts).is_empty()
    }

    /// Joins the most of the first `most` separately typed words that form a compound of the vocabulary: `schuld hulp
    /// verlening`. Returns how many words, and the compound.
    pub(crate) fn join(&self, words: &[Word], most: usize) -> Option<(usize, Word)> {
        let [first, rest @ ..] = words else { return None };
        let mut longest = None;
        let mut begun = vec![self.joinable.begin(&first.surface)?];
        // "op staande" does not mean "openstaande".
        let may_lack_link = self.lexicon.weight_class(&first.surface) != Some(TermWeightClass::Stopword);
        let links = if may_lack_link { &LINKS[..] } else { &LINKS[..1] };
        for (count, word) in (2..=most).zip(rest) {
            let linked = begun
                .iter()
                .flat_map(|before| links.iter().filter_map(|link| self.joinable.follow(before, link)));
            // Hardly any two words begin a compound.
            begun = linked
                .filter_map(|linked| self.joinable.follow(&linked, &word.surface))
                .collect();
            let compound = begun.iter().find_map(|begun| self.joinable.ended(begun));
            // "opvang en" does not mean "opvangen".
            if let Some(compound) = compound
                && self.lexicon.weight_class(&word.surface) != Some(TermWeightClass::Stopword)
            {
                longest = Some((count, word.end, compound.to_owned()));
            }
            if begun.is_empty() {
                break;
            }
        }
        let (count, end, surface) = longest?;
        let (whole, parts) = self.forms(&surface);
        let word = Word {
            surface,
            start: first.start,
            end,
            is_capitalised: first.is_capitalised,
            whole,
            parts,
        };
        Some((count, word))
    }

    /// Whether a compound is also right as separate words.
    pub(crate) fn is_written_apart(&self, compound: &str) -> bool {
        self.written_apart.contains(compound)
    }

    /// Returns the known words as candidates for corrections.
    pub(crate) fn spelling(&self) -> &Spelling {
        &self.spelling
    }

    /// Returns the shortened hash of the words that compounds are split into.
    pub(crate) fn compound_parts_hash(&self) -> String {
        let mut parts: Vec<&str> = self.parts.iter().map(String::as_str).collect();
        parts.sort_unstable();
        hex::encode(&Sha256::digest(parts.join(" "))[..8])
    }

    /// Returns the words that compounds are split into.
    pub(crate) fn compound_parts(&self) -> &FxHashSet<String> {
        &self.parts
    }

    fn word(&self, token: &tokens::Token) -> Word {
        self.word_by(token, |piece| self.forms(piece))
    }

    /// Makes the word of a token, with `forms` of single words.
    fn word_by(&self, token: &tokens::Token, mut forms: impl FnMut(&str) -> (String, Vec<String>)) -> Word {
        let surface = token.pieces.concat();
        let (whole, parts) = match token.pieces.as_slice() {
            [_] => forms(&surface),
            pieces => hyphenated(pieces, forms),
        };
        located_word(token, surface, whole, parts)
    }
}

/// Returns the stem and parts of a hyphenated word: a compound whose hyphens separate the parts.
fn hyphenated(pieces: &[String], mut forms: impl FnMut(&str) -> (String, Vec<String>)) -> (String, Vec<String>) {
    let mut whole = String::new();
    let mut stems = Vec::new();
    for piece in pieces {
        let (piece_whole, piece_parts) = forms(piece);
        whole.push_str(&piece_whole);
        // A single letter is not a part, but it belongs to the whole (`z-route`).
        if piece.len() > 1 {
            stems.push(piece_whole);
        }
        stems.extend(piece_parts);
    }
    (whole, stems)
}

/// Returns the distinct words of `texts` in alphabetical order; for a hyphenated word also its pieces.
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

/// Makes a word at the place of `token`.
fn located_word(token: &tokens::Token, surface: String, whole: String, parts: Vec<String>) -> Word {
    Word {
        surface,
        start: token.start,
        end: token.end,
        is_capitalised: token.is_capitalised,
        whole,
        parts,
    }
}

/// Joins a name of two or three long words, as people also type it.
fn joined_name(text: &str) -> Option<String> {
    let tokens = tokens::tokenise(text);
    let is_name = (2..=3).contains(&tokens.len())
        && tokens
            .iter()
            .all(|token| token.pieces.len() == 1 && token.pieces[0].len() >= 4);
    is_name.then(|| tokens.iter().map(|token| token.pieces[0].as_str()).collect())
}
