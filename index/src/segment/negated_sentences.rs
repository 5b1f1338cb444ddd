//! Excludes negated sentences of descriptions from search.
//!
//! "Voor de eigen bijdrage Wlz: zie CAK" and "Niet voor het kindgebonden budget" say what the entry is *not* for. Such
//! sentences are shown but not indexed. Their markers are listed in `lexicon/negated_sentences.txt`. A sentence of the form
//! `subject: target` with only a few words after the colon is a reference, and is excluded too.

use std::ops::Range;

use crate::analyse::{fold, lexicon::Lexicon};

/// The most words after the colon of a reference; more words are a list.
const MAX_REFERENCE_WORDS: usize = 5;

/// Returns the byte ranges of the sentences of `description` that say what the entry is for.
pub(crate) fn searchable_sentences(description: &str) -> Vec<Range<usize>> {
    sentences(description)
        .into_iter()
        .filter(|range| !is_negated(&description[range.clone()]))
        .collect()
}

/// Returns those of `marks`, byte ranges in ascending order, that are in sentences that say what the entry is for.
pub(crate) fn searchable_marks(description: &str, marks: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut searchable = Vec::with_capacity(marks.len());
    for sentence in sentences(description) {
        let marked = marks.iter().filter(|mark| sentence.contains(&mark.start));
        let before = searchable.len();
        searchable.extend(marked.cloned());
        if searchable.len() > before && is_negated(&description[sentence]) {
            searchable.truncate(before);
        }
    }
    searchable
}

/// Whether a sentence says what the entry is not for.
fn is_negated(sentence: &str) -> bool {
    let folded = fold(sentence.trim());
    Lexicon::get().is_negated(&folded) || is_reference(&folded)
}

/// Whether a sentence refers the reader to another organisation.
fn is_reference(folded: &str) -> bool {
    let Some((subject, target)) = folded.split_once(": ") else {
        return false;
    };
    let words = target.split_whitespace().count();
    (1..=MAX_REFERENCE_WORDS).contains(&words) && !subject.contains(',') && !target.contains(',')
}

/// Splits text after full stops, semicolons, question and exclamation marks, and line ends. Sentences keep their mark.
fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut previous = ' ';
    let mut before_previous = ' ';
    for (at, character) in text.char_indices() {
        // `art. 16` and `m.b.t. iets` do not end a sentence: lower case or a digit follows the abbreviation.
        let ends = matches!(previous, ';' | '!' | '?' | '\n')
            || (previous == '.'
                && character.is_whitespace()
                && !before_previous.is_ascii_digit()
                && begins_sentence(&text[at..]));
        if ends && start < at {
            found.push(start..at);
            start = at;
        }
        before_previous = previous;
        previous = character;
    }
    if start < text.len() {
        found.push(start..text.len());
    }
    found
}

fn begins_sentence(rest: &str) -> bool {
    rest.trim_start().chars().next().is_none_or(char::is_uppercase)
}

#[cfg(test)]
mod tests {
    use super::searchable_sentences;

    fn kept(description: &str) -> Vec<&str> {
        searchable_sentences(description)
            .into_iter()
            .map(|range| description[range].trim())
            .collect()
    }

    #[test]
    fn references_and_negations_are_not_searched() {
        assert_eq!(
            kept("Beoordeelt de leefvorm na opname. Voor de eigen bijdrage Wlz: zie CAK. Niet voor toeslagen."),
            ["Beoordeelt de leefvorm na opname."]
        );
        assert_eq!(kept("Inning van sancties. Kentekenvragen: RDW."), ["Inning van sancties."]);
        assert_eq!(
            kept("Opvang en huisvesting; Inschrijven: de gemeente."),
            ["Opvang en huisvesting;"]
        );
    }

    #[test]
    fn lists_after_a_colon_are_searched() {
        let text = "Besluiten over maatwerk: begeleiding, hulp bij het huishouden, woningaanpassing en hulpmiddelen.";
        assert_eq!(kept(text), [text]);
        let text = "Bijstand op grond van art. 16 Pw en m.b.t. voorschotten.";
        assert_eq!(kept(text), [text]);
    }
}
