//! Compounds that are typed apart: `kosten delers norm`.
//!
//! The parts of a compound say other things than it does (`vrij` and `stelling` of `vrijstelling`), so a word of the
//! vocabulary takes their place before anything is made of them.

use super::Correction;
use crate::analyser::{Analyser, Word};

/// No compound is typed in more words.
const MOST_WORDS: usize = 4;

/// The words with compounds in one, and what was put together.
pub(super) fn written(words: &[Word], analyser: &Analyser) -> (Vec<Word>, Vec<Correction>) {
    let mut whole: Vec<Word> = Vec::with_capacity(words.len());
    let mut joined = Vec::new();
    let mut first = 0;
    while first < words.len() {
        let most = MOST_WORDS.min(words.len() - first);
        let found = (2..=most).rev().find_map(|count| {
            let word = analyser.in_one(&words[first..first + count])?;
            Some((count, word))
        });
        let Some((count, word)) = found else {
            whole.push(words[first].clone());
            first += 1;
            continue;
        };
        let typed: Vec<&str> = words[first..first + count].iter().map(|word| word.surface.as_str()).collect();
        joined.push(Correction {
            typed: typed.join(" "),
            meant: word.surface.clone(),
        });
        whole.push(word);
        first += count;
    }
    (whole, joined)
}
