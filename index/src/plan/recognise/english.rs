//! Translates English terms in a question, because letters of clients are not always in Dutch.

use crate::analyse::lexicon::Lexicon;
use crate::analyse::{Analyser, Word};
use crate::plan::understanding::Correction;

/// The most words of an English term in the lexicon.
const MAX_WORDS: usize = 4;

/// Returns the words with English terms replaced by Dutch ones, and the translations as corrections.
pub(in crate::plan) fn into_dutch(words: Vec<Word>, analyser: &Analyser) -> (Vec<Word>, Vec<Correction>) {
    if !words.iter().any(|word| Lexicon::get().begins_english(&word.surface)) {
        return (words, Vec::new());
    }
    let mut dutch: Vec<Word> = Vec::with_capacity(words.len());
    let mut translated = Vec::new();
    let mut first = 0;
    while first < words.len() {
        let Some((count, typed, meant)) = english_term(&words[first..]) else {
            dutch.push(words[first].clone());
            first += 1;
            continue;
        };
        let (start, end) = (words[first].start, words[first + count - 1].end);
        dutch.extend(analyser.words(meant).into_iter().map(|word| Word {
            start,
            end,
            is_capitalised: false,
            ..word
        }));
        if typed != meant {
            translated.push(Correction {
                typed,
                meant: meant.to_owned(),
            });
        }
        first += count;
    }
    (dutch, translated)
}

/// Returns the longest English term that the words begin with: how many words it has, the term and its Dutch.
fn english_term(words: &[Word]) -> Option<(usize, String, &'static str)> {
    if !Lexicon::get().begins_english(&words[0].surface) {
        return None;
    }
    (1..=MAX_WORDS.min(words.len())).rev().find_map(|count| {
        let english: Vec<&str> = words[..count].iter().map(|word| word.surface.as_str()).collect();
        let english = english.join(" ");
        Lexicon::get().dutch(&english).map(|meant| (count, english, meant))
    })
}
