//! What in a description is about somewhere else.
//!
//! "Voor de eigen bijdrage Wlz: zie CAK" and "Niet voor het kindgebonden budget" name what the entry is *not* for. Such
//! sentences are shown and not searched. Markers stand in `lexicon/asides.txt`; beside them, a sentence of the form
//! `subject: somewhere` with only a few words after the colon refers to somewhere else.

use crate::analyser::{fold, lexicon::Lexicon};

/// More words after a colon are a list, not a place to go.
const MOST_WORDS_OF_A_REFERENCE: usize = 5;

/// The sentences of `description` that say what the entry is for, as byte ranges.
pub(crate) fn statements(description: &str) -> Vec<std::ops::Range<usize>> {
    sentences(description)
        .into_iter()
        .filter(|range| !is_aside(&description[range.clone()]))
        .collect()
}

/// Whether a sentence is about somewhere else.
fn is_aside(sentence: &str) -> bool {
    let folded = fold(sentence.trim());
    let marked = Lexicon::get().asides().iter().any(|marker| match marker.strip_prefix('^') {
        Some(beginning) => folded.starts_with(beginning),
        None => folded.contains(marker),
    });
    marked || refers_elsewhere(&folded)
}

fn refers_elsewhere(folded: &str) -> bool {
    let Some((subject, target)) = folded.split_once(": ") else {
        return false;
    };
    let words = target.split_whitespace().count();
    (1..=MOST_WORDS_OF_A_REFERENCE).contains(&words) && !subject.contains(',') && !target.contains(',')
}

/// Sentences end at a full stop, semicolon or line end that is followed by space, and hold their closing mark.
fn sentences(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut previous = ' ';
    let mut before_previous = ' ';
    for (at, character) in text.char_indices() {
        // `art. 16` and `m.b.t. iets` are no ends: an abbreviation is short or goes on in lower case.
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
    use super::statements;

    fn kept(description: &str) -> Vec<&str> {
        statements(description)
            .into_iter()
            .map(|range| description[range].trim())
            .collect()
    }

    #[test]
    fn references_and_negations_are_no_statements() {
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
    fn a_list_after_a_colon_is_a_statement() {
        let text = "Besluiten over maatwerk: begeleiding, hulp bij het huishouden, woningaanpassing en hulpmiddelen.";
        assert_eq!(kept(text), [text]);
        let text = "Bijstand op grond van art. 16 Pw en m.b.t. voorschotten.";
        assert_eq!(kept(text), [text]);
    }
}
