//! Translates English terms in a question, because letters of clients are not always in Dutch.

use crate::analyse::lexicon::Lexicon;
use crate::analyse::{Analyser, Word};
use crate::plan::understanding::Correction;

/// The most words of an English term in the lexicon.
const MAX_WORDS: usize = 4;

/// Returns the words with English terms replaced by Dutch ones, and the translations as corrections.
pub(in crate::plan) fn into_dutch(words: &[Word], analyser: &Analyser) -> (Vec<Word>, Vec<Correction>) {
    let mut dutch: Vec<Word> = Vec::with_capacity(words.len());
    let mut translated = Vec::new();
    let mut first = 0;
    while first < words.len() {
        let most = MAX_WORDS.min(words.len() - first);
        let found = (1..=most).rev().find_map(|count| {
            let english = words[first..first + count]
                .iter()
                .map(|word| word.surface.as_str())
                .collect::<Vec<_>>()
                .join(" ");
            Lexicon::get().dutch(&english).map(|meant| (count, english, meant))
        });
        let Some((count, typed, meant)) = found else {
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
