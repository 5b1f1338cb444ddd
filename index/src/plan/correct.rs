//! Typing errors: what a word that is no word was meant to be.
//!
//! Corrections are looked for among the unstemmed words of the vocabulary and the lexicon, with the first letter fixed.
//! A word that is known, or that can be read as a compound of known words, is never corrected.

use crate::analyser::Analyser;
use crate::distance::{allowed, within};

/// What a word may have been meant to be, with the number of errors; the likeliest first, at most this many.
const MOST_CANDIDATES: usize = 3;

/// The words that `typed` may stand for; none when it is right or nothing is near.
pub(super) fn corrections(typed: &str, analyser: &Analyser) -> Vec<(String, usize)> {
    let most = allowed(typed.chars().count());
    if most == 0 || analyser.is_known(typed) {
        return Vec::new();
    }
    let first = typed.chars().next().expect("a word that may have errors has letters");
    // Spelling by ear counts as one error, however many letters it concerns, and may change the first one. A word that
    // sounds the same is surer than one that looks alike.
    let mut found: Vec<(String, usize)> = analyser.sounding_like(typed).iter().map(|word| (word.clone(), 1)).collect();
    if found.is_empty() {
        let alike = analyser.known_words(first).iter();
        found.extend(alike.filter_map(|word| within(typed, word, most).map(|errors| (word.clone(), errors))));
    }
    if found.is_empty() {
        found.extend(inside_compound(typed, analyser));
    }
    found.sort_by(|(one, errors), (other, other_errors)| (errors, one).cmp(&(other_errors, other)));
    found.dedup();
    let least = found.first().map_or(0, |(_, errors)| *errors);
    found.retain(|(_, errors)| *errors == least);
    found.truncate(MOST_CANDIDATES);
    found
}

/// The known parts at the ends of a word that cannot be read as a whole: better than nothing.
pub(super) fn fragments(typed: &str, analyser: &Analyser) -> Vec<String> {
    const SHORTEST_TAIL: usize = 5;
    const SHORTEST_HEAD: usize = 4;
    if !typed.is_ascii() || analyser.is_known(typed) {
        return Vec::new();
    }
    let tail = (1..typed.len().saturating_sub(SHORTEST_TAIL - 1))
        .map(|at| &typed[at..])
        .find(|tail| analyser.parts().contains(*tail));
    let rest = typed.len() - tail.map_or(0, str::len);
    let head = (SHORTEST_HEAD..=rest)
        .rev()
        .map(|at| &typed[..at])
        .find(|head| analyser.parts().contains(*head));
    head.into_iter().chain(tail).map(|part| analyser.stem(part)).collect()
}

/// A compound with the errors in one half: the other half is a known part.
fn inside_compound(typed: &str, analyser: &Analyser) -> Option<(String, usize)> {
    const SHORTEST_HALF: usize = 4;
    if !typed.is_ascii() || typed.len() < 2 * SHORTEST_HALF {
        return None;
    }
    let nearest = |half: &str| {
        let first = half.chars().next()?;
        let most = allowed(half.len()).min(1);
        let words = analyser
            .known_words(first)
            .iter()
            .filter(|word| analyser.parts().contains(*word));
        words
            .filter_map(|word| within(half, word, most).map(|errors| (errors, word.as_str())))
            .min()
    };
    let mut best: Option<(usize, String)> = None;
    for split in SHORTEST_HALF..=typed.len() - SHORTEST_HALF {
        let (head, tail) = typed.split_at(split);
        let right_head = [
            head,
            head.strip_suffix('s').unwrap_or(head),
            head.strip_suffix("en").unwrap_or(head),
        ];
        let mended = if right_head.iter().any(|head| analyser.parts().contains(*head)) {
            nearest(tail).map(|(errors, tail)| (errors, format!("{head}{tail}")))
        } else if analyser.parts().contains(tail) {
            nearest(head).map(|(errors, head)| (errors, format!("{head}{tail}")))
        } else {
            None
        };
        if let Some(mended) = mended {
            best = best.into_iter().chain([mended]).min();
        }
    }
    best.map(|(errors, word)| (word, errors))
}
