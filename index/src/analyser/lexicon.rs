//! The written lexicon of the field: plain files with comments, read once.
//!
//! The files are part of the build, so every process of one version reads the same words; their hash is part of every
//! index and of every plan. The words of the vocabulary are added when an [`super::Analyser`] is made.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use sha2::{Digest, Sha256};

const PARTS: &str = include_str!("../../lexicon/parts.txt");
const STEMS: &str = include_str!("../../lexicon/stems.txt");
const EXCEPTIONS: &str = include_str!("../../lexicon/exceptions.txt");
const EVERYDAY: &str = include_str!("../../lexicon/everyday.txt");
const ORGANISATIONS: &str = include_str!("../../lexicon/organisations.txt");
const PLACES: &str = include_str!("../../lexicon/places.txt");
const ASIDES: &str = include_str!("../../lexicon/asides.txt");
const BROADER: &str = include_str!("../../lexicon/broader.txt");
const ENGLISH: &str = include_str!("../../lexicon/english.txt");
const KIN: &str = include_str!("../../lexicon/kin.txt");
const WHOSE: &str = include_str!("../../lexicon/whose.txt");
const TOGETHER: &str = include_str!("../../lexicon/together.txt");

/// A scheme that a question is about when it names several of some organisations.
#[derive(Clone)]
pub(crate) struct Together {
    pub(crate) code: &'static str,
    /// So many of them at the least.
    pub(crate) least: usize,
    /// Their ids.
    pub(crate) organisations: Vec<&'static str>,
}

/// How much a word tells, by what kind of word it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Telling {
    /// Nothing: articles, pronouns, auxiliary verbs.
    Nothing,
    /// Little: nearly every entry says it of itself.
    Register,
    /// Little: an everyday word.
    Common,
    /// Less than a thing: who a case is about.
    Family,
    /// As much as any word.
    Ordinary,
}

/// The parsed files.
#[derive(Clone)]
pub(crate) struct Lexicon {
    parts: HashSet<&'static str>,
    stems: HashMap<&'static str, &'static str>,
    exceptions: HashMap<&'static str, Vec<&'static str>>,
    everyday: HashMap<&'static str, Telling>,
    organisations: Vec<(&'static str, Vec<&'static str>)>,
    ambiguous_places: HashSet<&'static str>,
    asides: Vec<&'static str>,
    broader: HashMap<&'static str, Vec<&'static str>>,
    english: HashMap<String, &'static str>,
    kin: HashMap<&'static str, Vec<&'static str>>,
    whose: HashMap<&'static str, Vec<(&'static str, Vec<&'static str>)>>,
    together: Vec<Together>,
    hash: String,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::read);

impl Lexicon {
    /// The one lexicon of this build.
    pub(crate) fn get() -> &'static Lexicon {
        &LEXICON
    }

    fn read() -> Self {
        let mut hash = Sha256::new();
        for file in [
            PARTS,
            STEMS,
            EXCEPTIONS,
            EVERYDAY,
            ORGANISATIONS,
            PLACES,
            ASIDES,
            BROADER,
            ENGLISH,
            KIN,
            WHOSE,
            TOGETHER,
        ] {
            hash.update(file.len().to_be_bytes());
            hash.update(file);
        }
        let mut stems = HashMap::new();
        for (stem, forms) in lines(STEMS).filter_map(|line| line.split_once(':')) {
            stems.insert(stem, stem);
            stems.extend(forms.split_whitespace().map(|form| (form, stem)));
        }
        let exceptions = lines(EXCEPTIONS).filter_map(|line| line.split_once(':'));
        let organisations = lines(ORGANISATIONS).filter_map(|line| line.split_once(':'));
        Self {
            parts: lines(PARTS).flat_map(str::split_whitespace).collect(),
            stems,
            exceptions: exceptions
                .map(|(word, parts)| (word, parts.split_whitespace().collect()))
                .collect(),
            everyday: everyday(),
            organisations: organisations
                .map(|(id, names)| (id, names.split(',').map(str::trim).collect()))
                .collect(),
            ambiguous_places: lines(PLACES).flat_map(str::split_whitespace).collect(),
            // Spaces at the ends of a marker count, so these lines are not trimmed.
            asides: ASIDES
                .lines()
                .filter(|line| !line.is_empty() && !line.starts_with('#'))
                .collect(),
            broader: table(BROADER),
            english: english(),
            kin: table(KIN),
            whose: whose(),
            together: together(),
            hash: hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect(),
        }
    }

    /// The hash of all files, shortened: two lexicons with the same hash are the same.
    pub(crate) fn hash(&self) -> &str {
        &self.hash
    }

    /// The same without written parts of compounds.
    #[cfg(any(test, feature = "testing"))]
    pub(super) fn without_exceptions(&self) -> Self {
        Self {
            exceptions: HashMap::new(),
            ..self.clone()
        }
    }

    /// The same without written stems.
    #[cfg(any(test, feature = "testing"))]
    pub(super) fn without_stems(&self) -> Self {
        Self {
            stems: HashMap::new(),
            ..self.clone()
        }
    }

    /// The words that compounds are split into.
    pub(super) fn parts(&self) -> &HashSet<&'static str> {
        &self.parts
    }

    /// The written stem of an irregular word, or of what the stemmer makes of it.
    pub(super) fn stem_of(&self, word: &str) -> Option<&'static str> {
        self.stems.get(word).copied()
    }

    /// The words whose stems are written.
    pub(super) fn stemmed_words(&self) -> impl Iterator<Item = &'static str> {
        self.stems.keys().copied()
    }

    /// The written parts of a compound that the rules would split wrongly; none for a word that is never split.
    pub(super) fn exception(&self, word: &str) -> Option<&[&'static str]> {
        self.exceptions.get(word).map(Vec::as_slice)
    }

    /// How much a folded word tells, where it is an everyday one.
    pub(crate) fn telling(&self, word: &str) -> Option<Telling> {
        self.everyday.get(word).copied()
    }

    /// The everyday words.
    pub(super) fn everyday_words(&self) -> impl Iterator<Item = &'static str> {
        self.everyday.keys().copied()
    }

    /// National organisations and the names by which people know them.
    pub(crate) fn organisations(&self) -> &[(&'static str, Vec<&'static str>)] {
        &self.organisations
    }

    /// What marks a sentence of a description as one about somewhere else; `^` means at its beginning.
    pub(crate) fn asides(&self) -> &[&'static str] {
        &self.asides
    }

    /// What a word, or a stem, is a kind of.
    pub(crate) fn broader(&self, word: &str) -> &[&'static str] {
        self.broader.get(word).map_or(&[], Vec::as_slice)
    }

    /// The Dutch of an English word or of several with a space between them, folded.
    pub(crate) fn dutch(&self, english: &str) -> Option<&'static str> {
        self.english.get(english).copied()
    }

    /// The codes of the schemes that are kin to one; of `*` those that are kin to all.
    pub(crate) fn kin(&self, code: &str) -> &[&'static str] {
        self.kin.get(code).map_or(&[], Vec::as_slice)
    }

    /// The codes that have kin.
    #[cfg(test)]
    pub(crate) fn kin_codes(&self) -> impl Iterator<Item = &'static str> {
        self.kin.keys().copied()
    }

    /// The executors of a scheme that a question may be about rather than the first one: their keys, and the words that
    /// speak of their part.
    pub(crate) fn whose(&self, code: &str) -> &[(&'static str, Vec<&'static str>)] {
        self.whose.get(code).map_or(&[], Vec::as_slice)
    }

    /// The codes of the schemes that have such words.
    #[cfg(test)]
    pub(crate) fn whose_codes(&self) -> impl Iterator<Item = &'static str> {
        self.whose.keys().copied()
    }

    /// Schemes that a question is about by the organisations that it names.
    pub(crate) fn together(&self) -> &[Together] {
        &self.together
    }

    /// Whether a place name is also an everyday word.
    pub(crate) fn is_ambiguous_place(&self, folded: &str) -> bool {
        self.ambiguous_places.contains(folded)
    }
}

fn everyday() -> HashMap<&'static str, Telling> {
    let mut words = HashMap::new();
    let mut telling = Telling::Ordinary;
    for line in lines(EVERYDAY) {
        telling = match line {
            "[stop]" => Telling::Nothing,
            "[common]" => Telling::Common,
            "[register]" => Telling::Register,
            "[family]" => Telling::Family,
            "[ordinary]" => Telling::Ordinary,
            _ => {
                for word in line.split_whitespace() {
                    // A word of two sections tells as little as the lesser of them says.
                    words
                        .entry(word)
                        .and_modify(|known: &mut Telling| *known = (*known).min(telling))
                        .or_insert(telling);
                }
                telling
            }
        };
    }
    words
}

/// Lines of the form `word: words`.
fn table(file: &'static str) -> HashMap<&'static str, Vec<&'static str>> {
    let lines = lines(file).filter_map(|line| line.split_once(':'));
    lines
        .map(|(word, others)| (word, others.split_whitespace().collect()))
        .collect()
}

/// Lines of the form `code executor: words, words`.
fn whose() -> HashMap<&'static str, Vec<(&'static str, Vec<&'static str>)>> {
    let mut whose: HashMap<&'static str, Vec<(&'static str, Vec<&'static str>)>> = HashMap::new();
    for (part, words) in lines(WHOSE).filter_map(|line| line.split_once(':')) {
        if let Some((code, executor)) = part.split_once(' ') {
            let words = words.split(',').map(str::trim).collect();
            whose.entry(code).or_default().push((executor, words));
        }
    }
    whose
}

/// Lines of the form `code number: organisations`.
fn together() -> Vec<Together> {
    let read = |line: &'static str| {
        let (scheme, organisations) = line.split_once(':')?;
        let (code, least) = scheme.split_once(' ')?;
        Some(Together {
            code,
            least: least.parse().ok()?,
            organisations: organisations.split_whitespace().collect(),
        })
    };
    lines(TOGETHER).filter_map(read).collect()
}

/// English words as the analyser reads them: without apostrophes and hyphens.
fn english() -> HashMap<String, &'static str> {
    let words = |text: &str| {
        super::tokens::tokenise(text)
            .iter()
            .map(|token| token.pieces.concat())
            .collect::<Vec<_>>()
            .join(" ")
    };
    lines(ENGLISH)
        .filter_map(|line| line.split_once(':'))
        .map(|(english, dutch)| (words(english), dutch.trim()))
        .collect()
}

/// The lines of a file that say something.
fn lines(file: &'static str) -> impl Iterator<Item = &'static str> {
    file.lines()
        .map(|line| line.split('#').next().unwrap_or_default().trim())
        .filter(|line| !line.is_empty())
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::{EXCEPTIONS, Lexicon, STEMS, Telling, lines};
    use crate::analyser::fold::fold;

    #[test]
    fn no_word_has_two_stems() {
        let mut seen: HashMap<&str, &str> = HashMap::new();
        for (stem, forms) in lines(STEMS).map(|line| line.split_once(':').unwrap()) {
            for form in forms.split_whitespace() {
                let other = seen.insert(form, stem);
                assert!(
                    other.is_none_or(|other| other == stem),
                    "{form} stands under {stem} and {other:?}"
                );
            }
        }
    }

    #[test]
    fn every_word_is_written_folded() {
        let lexicon = Lexicon::get();
        for word in lexicon
            .parts
            .iter()
            .chain(lexicon.everyday.keys())
            .chain(lexicon.exceptions.keys())
        {
            assert_eq!(fold(word), **word);
        }
        assert!(lines(EXCEPTIONS).all(|line| line.contains(':')));
    }

    #[test]
    fn a_word_of_two_sections_tells_the_lesser() {
        assert_eq!(Lexicon::get().telling("niet"), Some(Telling::Nothing));
        assert_eq!(Lexicon::get().telling("kunnen"), Some(Telling::Nothing));
        assert_eq!(Lexicon::get().telling("geld"), Some(Telling::Common));
    }
}
