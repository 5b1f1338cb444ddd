//! The lexicon of the language and the field: commented text files under `lexicon/`, compiled in and parsed once.
//!
//! Every process of one build has the same lexicon. The hash of what decides the terms of entries is part of every index and
//! plan. An `Analyser` adds the words of the vocabulary.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use rustc_hash::{FxHashMap, FxHashSet};
use sha2::{Digest, Sha256};

use crate::weights::ClassWeights;

const COMPOUND_PARTS: &str = include_str!("../../lexicon/compound_parts.txt");
const STEMS: &str = include_str!("../../lexicon/stems.txt");
const COMPOUND_EXCEPTIONS: &str = include_str!("../../lexicon/compound_exceptions.txt");
const TERM_WEIGHT_CLASSES: &str = include_str!("../../lexicon/term_weight_classes.txt");
const ORGANISATIONS: &str = include_str!("../../lexicon/organisations.txt");
const AMBIGUOUS_PLACES: &str = include_str!("../../lexicon/ambiguous_places.txt");
const PLACES_ELSEWHERE: &str = include_str!("../../lexicon/places_elsewhere.txt");
const NEGATED_SENTENCES: &str = include_str!("../../lexicon/negated_sentences.txt");
const FOREIGN: &str = include_str!("../../lexicon/foreign.txt");
const RELATED_SCHEMES: &str = include_str!("../../lexicon/related_schemes.txt");
const EXECUTOR_CUES: &str = include_str!("../../lexicon/executor_cues.txt");

/// Classes of words by how well they discriminate between entries, from least to most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TermWeightClass {
    /// Articles, pronouns and auxiliary verbs, which carry no weight.
    Stopword,
    /// Words that nearly every entry uses about itself.
    Boilerplate,
    /// Everyday words.
    Common,
    /// The persons in a case: they weigh less than things.
    Family,
    /// Words of normal weight.
    Ordinary,
}

impl ClassWeights {
    /// Returns the weight of a word of this class.
    pub(crate) fn of(&self, class: Option<TermWeightClass>) -> f64 {
        match class {
            Some(TermWeightClass::Stopword) => self.stopword,
            Some(TermWeightClass::Boilerplate) => self.boilerplate,
            Some(TermWeightClass::Common) => self.common,
            Some(TermWeightClass::Family) => self.family,
            Some(TermWeightClass::Ordinary) => self.ordinary,
            None => 1.0,
        }
    }
}

/// A term of another language.
#[derive(Clone, Debug)]
pub(crate) struct ForeignTerm {
    /// The language (BCP 47).
    pub(crate) language: &'static str,
    /// The Dutch translation.
    pub(crate) dutch: &'static str,
}

/// Where a place outside the European Netherlands is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Elsewhere {
    /// On Bonaire, Sint Eustatius or Saba, where other schemes hold.
    PublicBody,
    /// In another country, where some Dutch schemes hold too: a pension, a study loan.
    Abroad,
}

/// Terms of one or more words, as the analyser tokenises them: folded, without apostrophes and hyphens.
pub(crate) struct Terms<T> {
    /// By their words, separated by spaces.
    terms: FxHashMap<String, T>,
    /// The first words, each with the most words of a term that begins with it.
    beginnings: FxHashMap<String, usize>,
}

impl<T> Terms<T> {
    /// Collects terms. Of two that are tokenised alike, the first counts.
    fn new(terms: impl IntoIterator<Item = (&'static str, T)>) -> Self {
        let mut table = Self {
            terms: FxHashMap::default(),
            beginnings: FxHashMap::default(),
        };
        for (term, value) in terms {
            let tokens = super::tokens::tokenise(term);
            let words: Vec<String> = tokens.iter().map(|token| token.pieces.concat()).collect();
            let Some(first) = words.first() else { continue };
            let most = table.beginnings.entry(first.clone()).or_default();
            *most = (*most).max(words.len());
            table.terms.entry(words.join(" ")).or_insert(value);
        }
        table
    }

    /// Returns the longest term that the words begin with and that `is_meant`: how many words it has, and its value.
    pub(crate) fn longest<'a>(
        &self,
        words: &(impl ExactSizeIterator<Item = &'a str> + Clone),
        is_meant: impl Fn(usize, &str) -> bool,
    ) -> Option<(usize, String, &T)> {
        let most = self.beginnings.get(words.clone().next()?)?;
        (1..=words.len().min(*most)).rev().find_map(|count| {
            let typed = words.clone().take(count).collect::<Vec<_>>().join(" ");
            let value = self.terms.get(&typed).filter(|_| is_meant(count, &typed))?;
            Some((count, typed, value))
        })
    }
}

/// The cues of one scheme: the key of an executor, and the words that point to it.
type CueEntry = (&'static str, Vec<&'static str>);

/// The parsed files.
pub(crate) struct Lexicon {
    compound_parts: FxHashSet<&'static str>,
    stems: FxHashMap<&'static str, &'static str>,
    compound_exceptions: FxHashMap<&'static str, Vec<&'static str>>,
    weight_classes: FxHashMap<&'static str, TermWeightClass>,
    organisations: Vec<(&'static str, Vec<&'static str>)>,
    ambiguous_places: FxHashSet<&'static str>,
    /// The markers of negated sentences, and those that must begin one.
    negations: AhoCorasick,
    negated_beginnings: Vec<&'static str>,
    foreign: Terms<ForeignTerm>,
    places_elsewhere: Terms<Elsewhere>,
    related_schemes: FxHashMap<&'static str, Vec<&'static str>>,
    executor_cues: FxHashMap<&'static str, Vec<CueEntry>>,
    terms_hash: String,
    understanding_hash: String,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::read);

impl Lexicon {
    /// Returns the lexicon of this build.
    pub(crate) fn get() -> &'static Lexicon {
        &LEXICON
    }

    fn read() -> Self {
        let mut stems = FxHashMap::default();
        for (stem, forms) in lines(STEMS).filter_map(|line| line.split_once(':')) {
            stems.insert(stem, stem);
            stems.extend(forms.split_whitespace().map(|form| (form, stem)));
        }
        let exceptions = lines(COMPOUND_EXCEPTIONS).filter_map(|line| line.split_once(':'));
        let organisations = lines(ORGANISATIONS).filter_map(|line| line.split_once(':'));
        // Spaces at the ends of a marker are significant, so these lines are not trimmed.
        let markers = || {
            NEGATED_SENTENCES
                .lines()
                .filter(|line| !line.is_empty() && !line.starts_with('#'))
        };
        let anywhere = markers().filter(|marker| !marker.starts_with('^'));
        Self {
            compound_parts: lines(COMPOUND_PARTS).flat_map(str::split_whitespace).collect(),
            stems,
            compound_exceptions: exceptions
                .map(|(word, parts)| (word, parts.split_whitespace().collect()))
                .collect(),
            weight_classes: weight_classes(),
            organisations: organisations
                .map(|(id, names)| (id, names.split(',').map(str::trim).collect()))
                .collect(),
            ambiguous_places: lines(AMBIGUOUS_PLACES).flat_map(str::split_whitespace).collect(),
            negations: AhoCorasick::new(anywhere).expect("the markers are few"),
            negated_beginnings: markers().filter_map(|marker| marker.strip_prefix('^')).collect(),
            foreign: foreign(),
            places_elsewhere: places_elsewhere(),
            related_schemes: table(RELATED_SCHEMES),
            executor_cues: executor_cues(),
            terms_hash: hash(&[COMPOUND_PARTS, STEMS, COMPOUND_EXCEPTIONS, NEGATED_SENTENCES]),
            understanding_hash: hash(&[
                TERM_WEIGHT_CLASSES,
                ORGANISATIONS,
                AMBIGUOUS_PLACES,
                PLACES_ELSEWHERE,
                FOREIGN,
                RELATED_SCHEMES,
                EXECUTOR_CUES,
            ]),
        }
    }

    /// Returns the shortened hash of the files that decide the terms of entries.
    pub(crate) fn terms_hash(&self) -> &str {
        &self.terms_hash
    }

    /// Returns the shortened hash of the files that only decide how questions are understood.
    pub(crate) fn understanding_hash(&self) -> &str {
        &self.understanding_hash
    }

    /// Returns the words that compounds are split into.
    pub(super) fn compound_parts(&self) -> &FxHashSet<&'static str> {
        &self.compound_parts
    }

    /// Returns the stem of an irregular word, or of the stemmer's output for it.
    pub(super) fn stem_of(&self, word: &str) -> Option<&'static str> {
        self.stems.get(word).copied()
    }

    /// Returns the words that have an irregular stem.
    pub(super) fn stemmed_words(&self) -> impl Iterator<Item = &'static str> {
        self.stems.keys().copied()
    }

    /// Returns the parts of a compound that the rules would split wrongly; no parts for a word that must not be split.
    pub(super) fn compound_exception(&self, word: &str) -> Option<&[&'static str]> {
        self.compound_exceptions.get(word).map(Vec::as_slice)
    }

    /// Returns the weight class of a folded word, if it is listed.
    pub(crate) fn weight_class(&self, word: &str) -> Option<TermWeightClass> {
        self.weight_classes.get(word).copied()
    }

    /// Returns the words that have a weight class.
    pub(super) fn classed_words(&self) -> impl Iterator<Item = &'static str> {
        self.weight_classes.keys().copied()
    }

    /// Returns the ids of national organisations, with the names that people use for them.
    pub(crate) fn organisations(&self) -> &[(&'static str, Vec<&'static str>)] {
        &self.organisations
    }

    /// Whether a folded sentence has a marker of negated sentences.
    pub(crate) fn is_negated(&self, sentence: &str) -> bool {
        self.negations.is_match(sentence)
            || self
                .negated_beginnings
                .iter()
                .any(|beginning| sentence.starts_with(beginning))
    }

    /// Returns the terms of other languages.
    pub(crate) fn foreign(&self) -> &Terms<ForeignTerm> {
        &self.foreign
    }

    /// Returns the names of places outside the European Netherlands.
    pub(crate) fn places_elsewhere(&self) -> &Terms<Elsewhere> {
        &self.places_elsewhere
    }

    /// Returns the codes of the schemes related to one; for `*`, those related to every scheme.
    pub(crate) fn related_schemes(&self, code: &str) -> &[&'static str] {
        self.related_schemes.get(code).map_or(&[], Vec::as_slice)
    }

    /// Returns the codes that have related schemes.
    #[cfg(test)]
    pub(crate) fn codes_with_related_schemes(&self) -> impl Iterator<Item = &'static str> {
        self.related_schemes.keys().copied()
    }

    /// Returns the executors of a scheme that a question can point to, each with its cues.
    pub(crate) fn executor_cues(&self, code: &str) -> &[CueEntry] {
        self.executor_cues.get(code).map_or(&[], Vec::as_slice)
    }

    /// Returns the codes that have executor cues.
    #[cfg(test)]
    pub(crate) fn codes_with_executor_cues(&self) -> impl Iterator<Item = &'static str> {
        self.executor_cues.keys().copied()
    }

    /// Whether a folded place name is also an everyday word.
    pub(crate) fn is_ambiguous_place(&self, folded: &str) -> bool {
        self.ambiguous_places.contains(folded)
    }
}

/// Returns a shortened hash of files.
fn hash(files: &[&str]) -> String {
    let mut hash = Sha256::new();
    for file in files {
        hash.update(file.len().to_be_bytes());
        hash.update(file);
    }
    hex::encode(&hash.finalize()[..8])
}

fn weight_classes() -> FxHashMap<&'static str, TermWeightClass> {
    let mut words = FxHashMap::default();
    let mut class = TermWeightClass::Ordinary;
    for line in lines(TERM_WEIGHT_CLASSES) {
        class = match line {
            "[stop]" => TermWeightClass::Stopword,
            "[common]" => TermWeightClass::Common,
            "[register]" => TermWeightClass::Boilerplate,
            "[family]" => TermWeightClass::Family,
            "[ordinary]" => TermWeightClass::Ordinary,
            _ => {
                for word in line.split_whitespace() {
                    // A word that is listed twice has the lower class.
                    words
                        .entry(word)
                        .and_modify(|known: &mut TermWeightClass| *known = (*known).min(class))
                        .or_insert(class);
                }
                class
            }
        };
    }
    words
}

/// Parses lines of the form `word: words`.
fn table(file: &'static str) -> FxHashMap<&'static str, Vec<&'static str>> {
    let lines = lines(file).filter_map(|line| line.split_once(':'));
    lines
        .map(|(word, others)| (word, others.split_whitespace().collect()))
        .collect()
}

/// Parses lines of the form `code executor: words, words`.
fn executor_cues() -> FxHashMap<&'static str, Vec<CueEntry>> {
    let mut cues: FxHashMap<&'static str, Vec<CueEntry>> = FxHashMap::default();
    for (scheme, words) in lines(EXECUTOR_CUES).filter_map(|line| line.split_once(':')) {
        if let Some((code, executor)) = scheme.split_once(' ') {
            let words = words.split(',').map(str::trim).collect();
            cues.entry(code).or_default().push((executor, words));
        }
    }
    cues
}

/// Parses the terms of other languages. The languages that more people write come first.
fn foreign() -> Terms<ForeignTerm> {
    let mut terms = Vec::new();
    let mut language = "";
    for line in lines(FOREIGN) {
        if let Some(section) = line.strip_prefix('[') {
            language = section.trim_end_matches(']');
        } else if let Some((term, dutch)) = line.split_once(':') {
            let dutch = dutch.trim();
            terms.push((term, ForeignTerm { language, dutch }));
        }
    }
    Terms::new(terms)
}

/// Parses the names of places outside the European Netherlands.
fn places_elsewhere() -> Terms<Elsewhere> {
    let mut names = Vec::new();
    let mut place = Elsewhere::Abroad;
    for line in lines(PLACES_ELSEWHERE) {
        match line {
            "[public bodies]" => place = Elsewhere::PublicBody,
            "[abroad]" => place = Elsewhere::Abroad,
            _ => names.extend(line.split(',').map(|name| (name, place))),
        }
    }
    Terms::new(names)
}

/// Returns the lines of a file without comments and blank lines.
fn lines(file: &'static str) -> impl Iterator<Item = &'static str> {
    file.lines()
        .map(|line| line.split('#').next().unwrap_or_default().trim())
        .filter(|line| !line.is_empty())
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use register::gazetteer::Gazetteer;

    use super::{COMPOUND_EXCEPTIONS, Lexicon, PLACES_ELSEWHERE, STEMS, TermWeightClass, lines};
    use crate::analyse::fold;

    #[test]
    fn no_word_has_two_stems() {
        let mut seen: HashMap<&str, &str> = HashMap::new();
        for (stem, forms) in lines(STEMS).map(|line| line.split_once(':').unwrap()) {
            for form in forms.split_whitespace() {
                let other = seen.insert(form, stem);
                assert!(
                    other.is_none_or(|other| other == stem),
                    "{form} has the stems {stem} and {other:?}"
                );
            }
        }
    }

    #[test]
    fn places_elsewhere_are_no_places_here() {
        let gazetteer = Gazetteer::builtin();
        for name in lines(PLACES_ELSEWHERE).flat_map(|line| line.split(',')) {
            assert!(gazetteer.find(name).is_empty(), "{name}");
        }
    }

    #[test]
    fn words_are_listed_in_folded_form() {
        let lexicon = Lexicon::get();
        for word in lexicon
            .compound_parts
            .iter()
            .chain(lexicon.weight_classes.keys())
            .chain(lexicon.compound_exceptions.keys())
        {
            assert_eq!(fold(word), **word);
        }
        assert!(lines(COMPOUND_EXCEPTIONS).all(|line| line.contains(':')));
    }

    #[test]
    fn words_listed_twice_have_the_lower_class() {
        assert_eq!(Lexicon::get().weight_class("niet"), Some(TermWeightClass::Stopword));
        assert_eq!(Lexicon::get().weight_class("kunnen"), Some(TermWeightClass::Stopword));
        assert_eq!(Lexicon::get().weight_class("geld"), Some(TermWeightClass::Common));
    }
}
