//! The words that share runs of three letters with a typed one.

use rustc_hash::FxHashMap;

/// The words with each run of three letters, a mark before and after the word included.
#[derive(Default)]
pub(super) struct Trigrams {
    words: FxHashMap<[char; 3], Vec<u32>>,
    /// The number of words.
    count: usize,
}

impl Trigrams {
    /// Adds the next word.
    pub(super) fn add(&mut self, number: u32, letters: &[char]) {
        for trigram in trigrams(letters) {
            let words = self.words.entry(trigram).or_default();
            if words.last() != Some(&number) {
                words.push(number);
            }
        }
        self.count = self.count.max(number as usize + 1);
    }

    /// Returns the words, in order, that share as many trigrams with a word of these `letters` as one with `errors` still does.
    pub(super) fn sharing(&self, letters: &[char], errors: usize) -> impl Iterator<Item = u32> {
        let mut shared = vec![0_u8; self.count];
        for words in trigrams(letters).filter_map(|trigram| self.words.get(&trigram)) {
            for word in words {
                let shared = &mut shared[*word as usize];
                *shared = shared.saturating_add(1);
            }
        }
        let enough = enough(letters.len(), errors);
        let words = (0..).zip(shared);
        words
            .filter(move |(_, shared)| usize::from(*shared) >= enough)
            .map(|(word, _)| word)
    }
}

/// Returns how many trigrams a word of `letters` letters shares with what is meant, if it has `errors`. An error breaks three or
/// four, but two errors seldom break as many as they can, and a word that shares but one has too many candidates.
fn enough(letters: usize, errors: usize) -> usize {
    let least = if letters < 6 { 1 } else { 2 };
    letters.saturating_sub(3 * errors).max(least)
}

fn trigrams(letters: &[char]) -> impl Iterator<Item = [char; 3]> {
    let marked = move |at: usize| match at {
        0 => '^',
        at => letters.get(at - 1).copied().unwrap_or('$'),
    };
    (0..letters.len()).map(move |at| [marked(at), marked(at + 1), marked(at + 2)])
}
