//! Joins compounds that were typed as separate words: `kosten delers norm`.
//!
//! The parts of a compound mean other things than the compound (`vrij` and `stelling` of `vrijstelling`), so the word of
//! the vocabulary replaces them before any further step.

use crate::analyse::{Analyser, Word};
use crate::plan::understanding::Correction;

/// The most words that are joined into one compound.
const MAX_WORDS: usize = 4;

/// Returns the words with compounds joined, and the joins as corrections, except those of words that are also right apart.
pub(in crate::plan) fn join(words: Vec<Word>, analyser: &Analyser) -> (Vec<Word>, Vec<Correction>) {
    let mut compounds = Vec::new();
    let mut first = 0;
    while first < words.len() {
        match analyser.join(&words[first..], MAX_WORDS) {
            Some((count, compound)) => {
                compounds.push((first..first + count, compound));
                first += count;
            }
            None => first += 1,
        }
    }
    let wrong = compounds
        .iter()
        .filter(|(_, compound)| !analyser.is_written_apart(&compound.surface));
    let joined = wrong.map(|(range, compound)| {
        let typed: Vec<&str> = words[range.clone()].iter().map(|word| word.surface.as_str()).collect();
        Correction {
            typed: typed.join(" "),
            range: compound.start..compound.end,
            meant: compound.surface.clone(),
            language: None,
        }
    });
    let joined = joined.collect();
    let mut whole = words;
    for (range, compound) in compounds.into_iter().rev() {
        whole.splice(range, [compound]);
    }
    (whole, joined)
}
