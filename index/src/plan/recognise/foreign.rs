//! Translates terms of the field from other languages, because letters and words of clients are not always in Dutch.

use std::ops::Range;

use crate::analyse::lexicon::{ForeignTerm, Lexicon};
use crate::analyse::{Analyser, Word};
use crate::plan::understanding::Correction;

/// A question of which the foreign terms are replaced by Dutch ones.
pub(in crate::plan) struct Translated {
    pub(in crate::plan) words: Vec<Word>,
    /// The translations.
    pub(in crate::plan) corrections: Vec<Correction>,
    /// The language of the question (BCP 47), if it is not Dutch.
    pub(in crate::plan) language: Option<&'static str>,
}

/// Replaces foreign terms of a question by Dutch ones.
pub(in crate::plan) fn into_dutch(words: Vec<Word>, analyser: &Analyser) -> Translated {
    let script = script(&words);
    let mut found: Vec<(Range<usize>, String, &'static ForeignTerm)> = Vec::new();
    let mut first = 0;
    while first < words.len() {
        match foreign_term(&words[first..], analyser) {
            Some((count, typed, term)) => {
                found.push((first..first + count, typed, term));
                first += count;
            }
            None => first += 1,
        }
    }
    if found.is_empty() {
        return Translated {
            words,
            corrections: Vec::new(),
            language: script,
        };
    }
    let by_words = language(&words, &found, analyser);
    let mut dutch = words;
    let mut corrections = Vec::new();
    for (range, typed, ForeignTerm { language, dutch: meant }) in found.into_iter().rev() {
        let (start, end) = (dutch[range.start].start, dutch[range.end - 1].end);
        let of_term = analyser.words(meant).into_iter().map(|word| Word {
            start,
            end,
            is_capitalised: false,
            ..word
        });
        dutch.splice(range, of_term);
        if typed != *meant {
            corrections.push(Correction {
                typed,
                range: start..end,
                meant: (*meant).to_owned(),
                language: Some(language),
            });
        }
    }
    corrections.reverse();
    Translated {
        words: dutch,
        corrections,
        language: by_words.or(script),
    }
}

/// Returns the language that most of the foreign terms have, if at least as many words are of it as are Dutch.
fn language(words: &[Word], found: &[(Range<usize>, String, &'static ForeignTerm)], analyser: &Analyser) -> Option<&'static str> {
    let mut languages: Vec<(&'static str, usize)> = Vec::new();
    for (range, _, term) in found {
        match languages.iter_mut().find(|(known, _)| *known == term.language) {
            Some((_, words)) => *words += range.len(),
            None => languages.push((term.language, range.len())),
        }
    }
    let is_foreign = |at: usize| found.iter().any(|(range, ..)| range.contains(&at));
    let in_dutch = words.iter().enumerate();
    let in_dutch = in_dutch.filter(|(at, word)| !is_foreign(*at) && analyser.is_known(&word.surface));
    let in_dutch = in_dutch.count();
    let most = languages.into_iter().max_by_key(|(_, words)| *words);
    most.filter(|(_, words)| *words >= in_dutch).map(|(language, _)| language)
}

/// Returns the longest foreign term that the words begin with: how many words it has, how it was typed, and the term.
fn foreign_term(words: &[Word], analyser: &Analyser) -> Option<(usize, String, &'static ForeignTerm)> {
    let surfaces = words.iter().map(|word| word.surface.as_str());
    let is_meant = |count: usize, typed: &str| count > 1 || !analyser.is_known(typed);
    Lexicon::get().foreign().longest(&surfaces, is_meant)
}

/// Returns the language of a question in another script than the Latin one.
fn script(words: &[Word]) -> Option<&'static str> {
    let of_word = |word: &Word| match word.surface.chars().next()? {
        '\u{400}'..='\u{52f}' => Some("uk"),
        '\u{600}'..='\u{6ff}' => Some("ar"),
        '\u{1200}'..='\u{139f}' => Some("ti"),
        _ => None,
    };
    let mut scripts = words.iter().filter_map(of_word);
    let first = scripts.next()?;
    (2 * (scripts.count() + 1) >= words.len()).then_some(first)
}
