//! Translates terms of the field from other languages, because letters and words of clients are not always in Dutch.

use crate::analyse::lexicon::{ForeignTerm, Lexicon};
use crate::analyse::{Analyser, Word};
use crate::plan::understanding::Correction;

/// The most words of a foreign term in the lexicon.
const MAX_WORDS: usize = 4;

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
    if !words.iter().any(|word| Lexicon::get().begins_foreign(&word.surface)) {
        return Translated {
            words,
            corrections: Vec::new(),
            language: script,
        };
    }
    let mut dutch: Vec<Word> = Vec::with_capacity(words.len());
    let mut corrections = Vec::new();
    let mut languages: Vec<(&'static str, usize)> = Vec::new();
    let mut in_dutch = 0;
    let mut first = 0;
    while first < words.len() {
        let Some((count, typed, ForeignTerm { language, dutch: meant })) = foreign_term(&words[first..], analyser) else {
            in_dutch += usize::from(analyser.is_known(&words[first].surface));
            dutch.push(words[first].clone());
            first += 1;
            continue;
        };
        match languages.iter_mut().find(|(known, _)| known == language) {
            Some((_, words)) => *words += count,
            None => languages.push((language, count)),
        }
        let (start, end) = (words[first].start, words[first + count - 1].end);
        dutch.extend(analyser.words(meant).into_iter().map(|word| Word {
            start,
            end,
            is_capitalised: false,
            ..word
        }));
        if typed != *meant {
            corrections.push(Correction {
                typed,
                range: start..end,
                meant: (*meant).to_owned(),
                language: Some(language),
            });
        }
        first += count;
    }
    let most = languages.into_iter().max_by_key(|(_, words)| *words);
    let by_words = most.filter(|(_, words)| *words >= in_dutch).map(|(language, _)| language);
    Translated {
        words: dutch,
        corrections,
        language: by_words.or(script),
    }
}

/// Returns the longest foreign term that the words begin with: how many words it has, how it was typed, and the term.
fn foreign_term(words: &[Word], analyser: &Analyser) -> Option<(usize, String, &'static ForeignTerm)> {
    if !Lexicon::get().begins_foreign(&words[0].surface) {
        return None;
    }
    (1..=MAX_WORDS.min(words.len())).rev().find_map(|count| {
        let typed: Vec<&str> = words[..count].iter().map(|word| word.surface.as_str()).collect();
        let typed = typed.join(" ");
        if count == 1 && analyser.is_known(&typed) {
            return None;
        }
        Lexicon::get().foreign(&typed).map(|term| (count, typed, term))
    })
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
