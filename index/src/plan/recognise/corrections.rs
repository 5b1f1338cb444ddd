//! Corrects typing errors.
//!
//! Candidates are the unstemmed words of the vocabulary and the lexicon. A known word, or a compound of known words, is never
//! corrected.

use crate::analyse::Analyser;
use crate::analyse::spelling::Meant;
use crate::weights::SpellingWeights;

/// The most corrections of one word.
const MAX_CORRECTIONS: usize = 3;

/// Returns corrections of an unknown word, most likely first; empty if nothing is near.
pub(in crate::plan) fn corrections(typed: &str, analyser: &Analyser, weights: &SpellingWeights) -> Vec<Meant> {
    let limit = limit(typed.chars().count());
    if limit == 0.0 {
        return Vec::new();
    }
    let mut found = analyser.spelling().meant_by(typed, limit, weights);
    if found.is_empty() {
        found.extend(inside_compound(typed, analyser, weights));
    }
    found.truncate(MAX_CORRECTIONS);
    found
}

/// Returns what the errors of a word of `letters` letters may cost: short words are too much alike.
fn limit(letters: usize) -> f64 {
    match letters {
        0..=3 => 0.0,
        4..=5 => 1.0,
        6..=7 => 1.2,
        8..=10 => 2.0,
        _ => 2.5,
    }
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
fn inside_compound(typed: &str, analyser: &Analyser, weights: &SpellingWeights) -> Option<Meant> {
    const SHORTEST_HALF: usize = 4;
    if !typed.is_ascii() || typed.len() < 2 * SHORTEST_HALF {
        return None;
    }
    let parts = analyser.compound_parts();
    let nearest = |half: &str| {
        let meant = analyser.spelling().meant_by(half, 1.0, weights);
        meant.into_iter().find(|meant| parts.contains(&meant.word))
    };
    let mut best: Option<Meant> = None;
    for split in SHORTEST_HALF..=typed.len() - SHORTEST_HALF {
        let (head, tail) = typed.split_at(split);
        let heads = [
            head,
            head.strip_suffix('s').unwrap_or(head),
            head.strip_suffix("en").unwrap_or(head),
        ];
        let corrected = if heads.iter().any(|head| parts.contains(*head)) {
            nearest(tail).map(|tail| tail.within(head, ""))
        } else if parts.contains(tail) {
            nearest(head).map(|head| head.within("", tail))
        } else {
            None
        };
        if let Some(corrected) = corrected
            && best.as_ref().is_none_or(|best| corrected.is_likelier(best))
        {
            best = Some(corrected);
        }
    }
    best
}
