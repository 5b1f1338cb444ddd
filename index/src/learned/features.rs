//! The features of a question: its words, their parts and neighbours, and their letters.
//!
//! A feature is a text whose hash is the number of a row of weights. Few features share a row, and those that do hardly matter.
//! Letters make a misspelt, inflected or dialect word resemble the words that the model has learned.

use crate::hash::{FNV_START, fnv_step, spread};

/// The number of bits of a row of weights.
pub(super) const BUCKET_BITS: u32 = 15;
/// The numbers of consecutive letters that are features.
const LETTERS: std::ops::RangeInclusive<usize> = 3..=5;
/// The most letters of a word that are read for them.
const MAX_LETTERS: usize = 40;

/// A word of the question as the model sees it.
pub(crate) struct FeatureWord<'a> {
    /// The word as typed, folded.
    pub(crate) surface: &'a str,
    pub(crate) stem: &'a str,
    pub(crate) parts: &'a [String],
    /// The stem and the parts of the most likely correction.
    pub(crate) corrected: Option<(String, Vec<String>)>,
    /// What place it names: which one says nothing about the subject.
    pub(crate) place: Option<FeaturePlace>,
    /// Whether it says nothing alone.
    pub(crate) is_stopword: bool,
}

/// Where a place is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum FeaturePlace {
    /// In the European Netherlands, which registers cover.
    Here,
    Elsewhere,
}

// Hashes of words can be guessed, so no debug print may carry them into a log.
/// The features of a question.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Features {
    /// The row of each feature and the number of the word that it is of, each row once.
    rows: Vec<(u32, u32)>,
    /// The hashes of the stems of the words, their parts and corrections, each with the number of the word.
    words: Vec<(u32, u32)>,
}

/// Collects features.
struct Collector {
    found: Features,
    /// A bit for each row, whether it has been found.
    seen: Vec<u64>,
}

impl Features {
    /// Returns the features of a question with these words.
    pub(crate) fn of(words: &[FeatureWord<'_>]) -> Self {
        let mut collector = Collector {
            found: Self {
                rows: Vec::with_capacity(words.len() * 24),
                words: Vec::with_capacity(words.len()),
            },
            seen: vec![0; (1 << BUCKET_BITS) / u64::BITS as usize],
        };
        // Two neighbours as typed tell who decides and who only wrote a letter; two without stopwords, what it is about.
        let (mut before, mut content_before) = (None, None);
        for (number, word) in (0..).zip(words) {
            if let Some(place) = word.place {
                let place = match place {
                    FeaturePlace::Here => "plaats",
                    FeaturePlace::Elsewhere => "elders",
                };
                collector.add(number, &[place], 'o');
                if let Some(before) = before.replace(place)
                    && place == "elders"
                {
                    // "op Aruba" is not "van Aruba".
                    collector.add(number, &[before, " ", place], 'n');
                }
                content_before = Some(place);
                continue;
            }
            collector.add_stems(number, word.stem, word.parts);
            if let Some((stem, parts)) = &word.corrected {
                collector.add_stems(number, stem, parts);
            }
            if let Some(before) = before.replace(word.surface) {
                collector.add(number, &[before, " ", word.surface], 'n');
            }
            if !word.is_stopword {
                if let Some(before) = content_before.replace(word.stem) {
                    collector.add(number, &[before, " ", word.stem], 'b');
                }
                collector.add_letters(number, word.surface);
            }
        }
        collector.found
    }

    /// Returns the rows of weights, each once.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = u32> {
        self.rows.iter().map(|(row, _)| *row)
    }

    /// Returns the rows with the numbers of the words that they are of.
    pub(super) fn rows_of_words(&self) -> &[(u32, u32)] {
        &self.rows
    }

    /// Returns the hashes by which a model knows words.
    pub fn words(&self) -> impl Iterator<Item = u32> {
        self.words.iter().map(|(hash, _)| *hash)
    }

    /// Returns the hashes by which a model knows words, with the numbers of the words.
    pub(super) fn numbered_words(&self) -> &[(u32, u32)] {
        &self.words
    }
}

impl Collector {
    fn add_stems(&mut self, word: u32, stem: &str, parts: &[String]) {
        for stem in std::iter::once(stem).chain(parts.iter().map(String::as_str)) {
            self.add(word, &[stem], 'w');
            self.found.words.push((word_hash(stem), word));
        }
    }

    fn add(&mut self, word: u32, texts: &[&str], kind: char) {
        self.push(word, hash(kind, texts));
    }

    /// Adds the letters of a word between marks of its beginning and end.
    fn add_letters(&mut self, word: u32, surface: &str) {
        const MOST: usize = *LETTERS.end();
        let marked = ['^'].into_iter().chain(surface.chars().take(MAX_LETTERS)).chain(['$']);
        // The hashes of the last few beginnings, each over the letters since.
        let mut hashes = [0; MOST];
        for (at, letter) in marked.enumerate() {
            hashes[at % MOST] = start('c');
            for (back, hash) in hashes.iter_mut().enumerate() {
                *hash = fnv_step(*hash, letter);
                let count = (at + MOST - back) % MOST + 1;
                if LETTERS.contains(&count) && count <= at + 1 {
                    let row = row(*hash);
                    if mark(&mut self.seen, row) {
                        self.found.rows.push((row, word));
                    }
                }
            }
        }
    }

    fn push(&mut self, word: u32, hash: u64) {
        let row = row(hash);
        if mark(&mut self.seen, row) {
            self.found.rows.push((row, word));
        }
    }
}

/// Marks a row. Returns whether it is new.
fn mark(seen: &mut [u64], row: u32) -> bool {
    let (at, bit) = ((row / u64::BITS) as usize, 1 << (row % u64::BITS));
    let is_new = seen[at] & bit == 0;
    seen[at] |= bit;
    is_new
}

/// Returns the hash by which a model knows a stem.
fn word_hash(stem: &str) -> u32 {
    (spread(hash('w', &[stem])) >> 32) as u32
}

fn hash(kind: char, texts: &[&str]) -> u64 {
    texts.iter().flat_map(|text| text.chars()).fold(start(kind), fnv_step)
}

/// The hash of a kind of feature, before its letters.
fn start(kind: char) -> u64 {
    fnv_step(FNV_START, kind)
}

fn row(hash: u64) -> u32 {
    (spread(hash) >> (u64::BITS - BUCKET_BITS)) as u32
}
