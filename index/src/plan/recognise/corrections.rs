//! Corrects typing errors.
//!
//! Candidates are the unstemmed words of the vocabulary and the lexicon that begin with the same letter. A known word, or
//! a compound of known words, is never corrected.

use crate::analyse::Analyser;
use crate::analyse::edit_distance::{TypedWord, max_errors};

/// The most corrections of one word.
const MAX_CORRECTIONS: usize = 3;

/// Returns corrections of an unknown word with their number of errors, most likely first; empty if nothing is near.
pub(in crate::plan) fn corrections(typed: &str, analyser: &Analyser) -> Vec<(String, usize)> {
    let max = max_errors(typed.chars().count());
    if max == 0 {
        return Vec::new();
    }
    let first = typed.chars().next().expect("a word that may have errors has letters");
    // Spelling by ear counts as one error, whatever the number of letters, and may change the first letter. A word that
    // sounds the same is a better candidate than one that looks similar.
    let mut found: Vec<(String, usize)> = analyser.sounding_like(typed).iter().map(|word| (word.clone(), 1)).collect();
    if found.is_empty() {
        let (typed, alike) = (TypedWord::new(typed), analyser.known_words(first).iter());
        found.extend(alike.filter_map(|word| typed.errors_within(word, max).map(|errors| (word.clone(), errors))));
    }
    if found.is_empty() {
        found.extend(inside_compound(typed, analyser));
    }
    found.sort_by(|(one, errors), (other, other_errors)| (errors, one).cmp(&(other_errors, other)));
    found.dedup();
    let least = found.first().map_or(0, |(_, errors)| *errors);
    found.retain(|(_, errors)| *errors == least);
    found.truncate(MAX_CORRECTIONS);
    found
}

/// Returns the stems of known parts at the beginning and end of an unknown word.
pub(in crate::plan) fn fragments(typed: &str, analyser: &Analyser) -> Vec<String> {
    const SHORTEST_TAIL: usize = 5;
    const SHORTEST_HEAD: usize = 4;
    if !typed.is_ascii() {
        return Vec::new();
    }
    let tail = (1..typed.len().saturating_sub(SHORTEST_TAIL - 1))
        .map(|at| &typed[at..])
        .find(|tail| analyser.compound_parts().contains(*tail));
    let rest = typed.len() - tail.map_or(0, str::len);
    let head = (SHORTEST_HEAD..=rest)
        .rev()
        .map(|at| &typed[..at])
        .find(|head| analyser.compound_parts().contains(*head));
    head.into_iter().chain(tail).map(|part| analyser.stem(part)).collect()
}

/// Corrects a compound with errors in one half, if the other half is a known part.
fn inside_compound(typed: &str, analyser: &Analyser) -> Option<(String, usize)> {
    const SHORTEST_HALF: usize = 4;
    if !typed.is_ascii() || typed.len() < 2 * SHORTEST_HALF {
        return None;
    }
    let nearest = |half: &str| {
        let first = half.chars().next()?;
        let max = max_errors(half.len()).min(1);
        let typed = TypedWord::new(half);
        let words = analyser
            .known_words(first)
            .iter()
            .filter(|word| analyser.compound_parts().contains(*word));
        words
            .filter_map(|word| typed.errors_within(word, max).map(|errors| (errors, word.as_str())))
            .min()
    };
    let mut best: Option<(usize, String)> = None;
    for split in SHORTEST_HALF..=typed.len() - SHORTEST_HALF {
        let (head, tail) = typed.split_at(split);
        let heads = [
            head,
            head.strip_suffix('s').unwrap_or(head),
            head.strip_suffix("en").unwrap_or(head),
        ];
        let corrected = if heads.iter().any(|head| analyser.compound_parts().contains(*head)) {
            nearest(tail).map(|(errors, tail)| (errors, format!("{head}{tail}")))
        } else if analyser.compound_parts().contains(tail) {
            nearest(head).map(|(errors, head)| (errors, format!("{head}{tail}")))
        } else {
            None
        };
        if let Some(corrected) = corrected {
            best = best.into_iter().chain([corrected]).min();
        }
    }
    best.map(|(errors, word)| (word, errors))
}
