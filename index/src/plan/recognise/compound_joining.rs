//! Joins compounds that were typed as separate words: `kosten delers norm`.
//!
//! The parts of a compound mean other things than the compound (`vrij` and `stelling` of `vrijstelling`), so the word of
//! the vocabulary replaces them before any further step.

use crate::analyse::{Analyser, Word};
use crate::plan::understanding::Correction;

/// The most words that are joined into one compound.
const MAX_WORDS: usize = 4;

/// Returns the words with compounds joined, and the joins as corrections.
pub(in crate::plan) fn join(words: Vec<Word>, analyser: &Analyser) -> (Vec<Word>, Vec<Correction>) {
    let can_join = |first: usize| words.len() > first + 1 && analyser.may_begin_joined(&words[first].surface);
    if !(0..words.len()).any(can_join) {
        return (words, Vec::new());
    }
    let mut whole: Vec<Word> = Vec::with_capacity(words.len());
    let mut joined = Vec::new();
    let mut first = 0;
    while first < words.len() {
        let most = MAX_WORDS.min(words.len() - first);
        let found = (2..=most).rev().find_map(|count| {
            let word = analyser.join(&words[first..first + count])?;
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
            range: word.start..word.end,
            meant: word.surface.clone(),
            language: None,
        });
        whole.push(word);
        first += count;
    }
    (whole, joined)
}
