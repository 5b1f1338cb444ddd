//! The words of Dutch: a word of them is no typing error, however near it is to a word of the field.
//!
//! Only hashes are kept, so a wrong word passes in one of ten thousand cases. `index/model/README.md` tells where they come
//! from, and how to renew them.

use std::collections::BTreeSet;

use super::fold::fold;
use crate::hash::{FNV_START, fnv_step, spread};

/// The numbers of letters of a word that could be corrected. Compounds that are longer are split.
const LETTERS: std::ops::RangeInclusive<usize> = 4..=20;
/// The number of bytes of a hash.
const BYTES: usize = 4;
/// The hashes, from low to high.
static WORDS: &[u8] = include_bytes!("../../model/dutch.words");

/// Whether a folded word is Dutch.
pub(crate) fn contains(folded: &str) -> bool {
    let (hashes, _) = WORDS.as_chunks::<BYTES>();
    let wanted = hash(folded);
    hashes.binary_search_by(|hash| u32::from_le_bytes(*hash).cmp(&wanted)).is_ok()
}

/// Returns the file of these `words`.
pub fn write<'a>(words: impl IntoIterator<Item = &'a str>) -> Vec<u8> {
    let words = words.into_iter().map(fold);
    let is_plain = |word: &String| LETTERS.contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_lowercase());
    let hashes: BTreeSet<u32> = words.filter(is_plain).map(|word| hash(&word)).collect();
    hashes.into_iter().flat_map(u32::to_le_bytes).collect()
}

fn hash(word: &str) -> u32 {
    (spread(word.chars().fold(FNV_START, fnv_step)) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::{contains, write};

    #[test]
    fn words_of_the_file_are_dutch() {
        for word in ["verkiezing", "fietsen", "kapper", "brokkoli", "verdieping"] {
            assert_eq!(contains(word), word != "brokkoli", "{word}");
        }
    }

    #[test]
    fn a_file_has_each_word_once_in_order() {
        let file = write(["Fiets", "fiets", "co\u{eb}fficient", "a-b", "ik", "Jan-Piet"]);
        assert_eq!(file.len(), 2 * 4);
        let (hashes, _) = file.as_chunks::<4>();
        assert!(hashes.is_sorted_by_key(|hash| u32::from_le_bytes(*hash)));
    }
}
