//! Which organisations a question names.

use std::collections::BTreeMap;

use register::identifier::OrganisationId;

use crate::analyser::Word;
use crate::analyser::lexicon::Lexicon;
use crate::context::Context;
use crate::distance::{allowed, within};

/// An organisation that is named, and by which words.
pub(super) struct Named {
    pub(super) id: OrganisationId,
    /// How surely: 1 for a name that means nothing else.
    pub(super) surely: f64,
    /// The words of the question, from the first to the one after the last.
    pub(super) words: std::ops::Range<usize>,
}

/// A shorter word is too like others to be taken for a misspelt name.
const SHORTEST_MISSPELT: usize = 5;

/// The organisations that the words name, longest names first; a word names at most one organisation.
pub(super) fn named(words: &[Word], context: &Context) -> Vec<Named> {
    let analyser = &context.language.analyser;
    let typed: Vec<Typed<'_>> = words
        .iter()
        .map(|word| Typed {
            word,
            is_known: analyser.is_known(&word.surface),
        })
        .collect();
    let mut candidates: Vec<Named> = Vec::new();
    for name in &context.names {
        candidates.extend(joined(&typed, &name.words, context).map(|(surely, words)| Named {
            id: name.id.clone(),
            surely,
            words,
        }));
        let Some(positions) = (words.len() + 1).checked_sub(name.words.len()) else {
            continue;
        };
        for first in 0..positions {
            let range = first..first + name.words.len();
            if let Some(likeness) = likeness(&typed[range.clone()], &name.words) {
                let surely = likeness * sureness(&typed[range.clone()], context);
                if surely > 0.0 {
                    candidates.push(Named {
                        id: name.id.clone(),
                        surely,
                        words: range,
                    });
                }
            }
        }
    }
    candidates.sort_by(|one, other| {
        (other.words.len())
            .cmp(&one.words.len())
            .then(other.surely.total_cmp(&one.surely))
            .then(one.id.cmp(&other.id))
    });
    let mut taken = vec![false; words.len()];
    let mut found: BTreeMap<OrganisationId, Named> = BTreeMap::new();
    for candidate in candidates {
        if taken[candidate.words.clone()].iter().any(|taken| *taken) {
            continue;
        }
        taken[candidate.words.clone()].fill(true);
        found.entry(candidate.id.clone()).or_insert(candidate);
    }
    found.into_values().collect()
}

/// The name written with other spaces than its own: "belasting dienst", "ibgroep".
fn joined<'a>(
    typed: &'a [Typed<'_>],
    name: &'a [String],
    context: &'a Context,
) -> impl Iterator<Item = (f64, std::ops::Range<usize>)> + 'a {
    const SHORTEST_JOINED: usize = 6;
    const MOST_WORDS: usize = 3;
    let name_joined = name.concat();
    let counts =
        (1..=MOST_WORDS.min(typed.len())).filter(move |count| *count != name.len() && name_joined.len() >= SHORTEST_JOINED);
    let name_joined = name.concat();
    counts
        .flat_map(|count| (0..=typed.len() - count).map(move |first| first..first + count))
        .filter_map(move |range| {
            let words = &typed[range.clone()];
            let length: usize = words.iter().map(|typed| typed.word.surface.len()).sum();
            let is_same = length == name_joined.len()
                && words.iter().map(|typed| typed.word.surface.as_str()).collect::<String>() == name_joined;
            is_same.then(|| (0.95 * if words.len() == 1 { sureness(words, context) } else { 1.0 }, range))
        })
}

struct Typed<'a> {
    word: &'a Word,
    is_known: bool,
}

/// How like the name the words are: 1 for the same, less with typing errors, none for other words.
fn likeness(typed: &[Typed<'_>], name: &[String]) -> Option<f64> {
    let mut likeness = 1.0;
    for (typed, name) in typed.iter().zip(name) {
        if typed.word.surface == *name {
            continue;
        }
        let may_be_misspelt = !typed.is_known && name.len() >= SHORTEST_MISSPELT;
        if !may_be_misspelt || typed.word.surface.chars().next() != name.chars().next() {
            return None;
        }
        let errors = within(&typed.word.surface, name, allowed(name.chars().count()))?;
        likeness *= 1.0 - 0.15 * errors as f64;
    }
    Some(likeness)
}

/// How surely the words are a name and not words.
fn sureness(typed: &[Typed<'_>], context: &Context) -> f64 {
    let [single] = typed else { return 1.0 };
    let word = single.word;
    // "LET" is a team, "let" a verb.
    if Lexicon::get().telling(&word.surface).is_some() {
        return if word.is_capitalised { 0.6 } else { 0.0 };
    }
    // "toeslagen" is a service and what it pays: the more schemes have the word, the less it names.
    0.35 + 0.65 * context.language.phrases.rarity(&word.whole)
}
