//! Recognises the organisations that a question names.

use std::collections::BTreeMap;

use register::identifier::OrganisationId;

use crate::analyse::edit_distance::{errors_within, max_errors};
use crate::analyse::lexicon::Lexicon;
use crate::analyse::{Context, Word};

/// An organisation that the question names.
pub(in crate::plan) struct NamedOrganisation {
    pub(in crate::plan) id: OrganisationId,
    /// The confidence, from 0 to 1: 1 for a name without another meaning.
    pub(in crate::plan) confidence: f64,
    /// The words of the question that name it.
    pub(in crate::plan) words: std::ops::Range<usize>,
}

/// The fewest letters of a name that may be misspelt; shorter words are too much alike.
const SHORTEST_MISSPELT: usize = 5;

/// Returns the organisations that the words name. Longer names take precedence, and a word names at most one organisation.
pub(in crate::plan) fn named(words: &[Word], context: &Context) -> Vec<NamedOrganisation> {
    let analyser = &context.language.analyser;
    let typed: Vec<NameCandidate<'_>> = words
        .iter()
        .map(|word| NameCandidate {
            word,
            is_known: analyser.is_known(&word.surface),
        })
        .collect();
    let mut candidates: Vec<NamedOrganisation> = Vec::new();
    for name in &context.names {
        candidates.extend(
            joined(&typed, &name.words, context).map(|(confidence, words)| NamedOrganisation {
                id: name.id.clone(),
                confidence,
                words,
            }),
        );
        let Some(positions) = (words.len() + 1).checked_sub(name.words.len()) else {
            continue;
        };
        for first in 0..positions {
            let range = first..first + name.words.len();
            if let Some(likeness) = likeness(&typed[range.clone()], &name.words) {
                let confidence = likeness * confidence(&typed[range.clone()], context);
                if confidence > 0.0 {
                    candidates.push(NamedOrganisation {
                        id: name.id.clone(),
                        confidence,
                        words: range,
                    });
                }
            }
        }
    }
    candidates.sort_by(|one, other| {
        (other.words.len())
            .cmp(&one.words.len())
            .then(other.confidence.total_cmp(&one.confidence))
            .then(one.id.cmp(&other.id))
    });
    let mut taken = vec![false; words.len()];
    let mut found: BTreeMap<OrganisationId, NamedOrganisation> = BTreeMap::new();
    for candidate in candidates {
        if taken[candidate.words.clone()].iter().any(|taken| *taken) {
            continue;
        }
        taken[candidate.words.clone()].fill(true);
        found.entry(candidate.id.clone()).or_insert(candidate);
    }
    found.into_values().collect()
}

/// Finds the name with different spaces: "belasting dienst", "ibgroep".
fn joined<'a>(
    typed: &'a [NameCandidate<'_>],
    name: &'a [String],
    context: &'a Context,
) -> impl Iterator<Item = (f64, std::ops::Range<usize>)> + 'a {
    const SHORTEST_JOINED: usize = 6;
    const MAX_WORDS: usize = 3;
    let name_joined = name.concat();
    let counts =
        (1..=MAX_WORDS.min(typed.len())).filter(move |count| *count != name.len() && name_joined.len() >= SHORTEST_JOINED);
    let name_joined = name.concat();
    counts
        .flat_map(|count| (0..=typed.len() - count).map(move |first| first..first + count))
        .filter_map(move |range| {
            let words = &typed[range.clone()];
            let length: usize = words.iter().map(|typed| typed.word.surface.len()).sum();
            let is_same = length == name_joined.len()
                && words.iter().map(|typed| typed.word.surface.as_str()).collect::<String>() == name_joined;
            is_same.then(|| (0.95 * if words.len() == 1 { confidence(words, context) } else { 1.0 }, range))
        })
}

/// A typed word, which may belong to a name.
struct NameCandidate<'a> {
    word: &'a Word,
    is_known: bool,
}

/// Returns how similar the words are to the name: 1 if equal, less with typing errors, `None` for other words.
fn likeness(typed: &[NameCandidate<'_>], name: &[String]) -> Option<f64> {
    let mut likeness = 1.0;
    for (typed, name) in typed.iter().zip(name) {
        if typed.word.surface == *name {
            continue;
        }
        let may_be_misspelt = !typed.is_known && name.len() >= SHORTEST_MISSPELT;
        if !may_be_misspelt || typed.word.surface.chars().next() != name.chars().next() {
            return None;
        }
        let errors = errors_within(&typed.word.surface, name, max_errors(name.chars().count()))?;
        likeness *= 1.0 - 0.15 * errors as f64;
    }
    Some(likeness)
}

/// Returns the confidence that the words are a name rather than ordinary words.
fn confidence(typed: &[NameCandidate<'_>], context: &Context) -> f64 {
    let [single] = typed else { return 1.0 };
    let word = single.word;
    // "LET" is a team, "let" is a verb.
    if Lexicon::get().weight_class(&word.surface).is_some() {
        return if word.is_capitalised { 0.6 } else { 0.0 };
    }
    // "toeslagen" is an organisation and what it pays: the more schemes have the word, the less it is a name.
    0.35 + 0.65 * context.language.phrases.rarity(&word.whole)
}
