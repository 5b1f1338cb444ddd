//! Recognises the organisations that a question names.

use std::collections::BTreeMap;
use std::ops::Range;

use register::identifier::OrganisationId;

use crate::analyse::edit_distance::{errors_within, max_errors};
use crate::analyse::lexicon::Lexicon;
use crate::analyse::organisation_names::{OrganisationName, SHORTEST_MISSPELT};
use crate::analyse::{Context, Word};
use crate::weights::NameWeights;

/// An organisation that the question names.
pub(in crate::plan) struct NamedOrganisation {
    pub(in crate::plan) id: OrganisationId,
    /// The confidence, from 0 to 1: 1 for a name without another meaning.
    pub(in crate::plan) confidence: f64,
    /// The words of the question that name it.
    pub(in crate::plan) words: Range<usize>,
}

/// The most words that are joined into a name with other spaces.
const MAX_JOINED: usize = 3;

/// A name that words of the question can mean, before overlaps are resolved.
struct Candidate<'a> {
    name: &'a OrganisationName,
    confidence: f64,
    words: Range<usize>,
    /// What orders candidates that are equal otherwise: the name, and whether it has its own spaces.
    order: (usize, bool),
}

/// Returns the organisations that the words name. Longer names take precedence, and a word names at most one organisation.
/// `correct` tells for each word whether it is no typing error.
pub(in crate::plan) fn named(words: &[Word], correct: &[bool], context: &Context) -> Vec<NamedOrganisation> {
    let mut candidates: Vec<Candidate<'_>> = Vec::new();
    let mut joined = String::new();
    for first in 0..words.len() {
        add_joined(&mut candidates, words, first, &mut joined, context);
        add_spaced(&mut candidates, words, correct, first, context);
    }
    candidates.sort_by(|one, other| {
        (other.words.len())
            .cmp(&one.words.len())
            .then(other.confidence.total_cmp(&one.confidence))
            .then_with(|| one.name.id.cmp(&other.name.id))
            .then_with(|| (one.order, one.words.start).cmp(&(other.order, other.words.start)))
    });
    let mut taken = vec![false; words.len()];
    let mut found: BTreeMap<&OrganisationId, NamedOrganisation> = BTreeMap::new();
    for candidate in candidates {
        if taken[candidate.words.clone()].iter().any(|taken| *taken) {
            continue;
        }
        taken[candidate.words.clone()].fill(true);
        found.entry(&candidate.name.id).or_insert_with(|| NamedOrganisation {
            id: candidate.name.id.clone(),
            confidence: candidate.confidence,
            words: candidate.words,
        });
    }
    found.into_values().collect()
}

/// Adds the names that the words from `first` on spell with different spaces: "belasting dienst", "ibgroep".
fn add_joined<'a>(candidates: &mut Vec<Candidate<'a>>, words: &[Word], first: usize, joined: &mut String, context: &'a Context) {
    joined.clear();
    for (count, word) in (1..=MAX_JOINED).zip(&words[first..]) {
        joined.push_str(&word.surface);
        for number in context.names.of_joined_words(joined) {
            let name = context.names.name(*number);
            if name.words.len() == count {
                continue;
            }
            let certainty = if count == 1 {
                confidence(&words[first..=first], context)
            } else {
                1.0
            };
            candidates.push(Candidate {
                name,
                confidence: context.language.weights.names.joined_name * certainty,
                words: first..first + count,
                order: (*number, false),
            });
        }
    }
}

/// Adds the names whose words are those from `first` on, perhaps misspelt.
fn add_spaced<'a>(candidates: &mut Vec<Candidate<'a>>, words: &[Word], correct: &[bool], first: usize, context: &'a Context) {
    for number in context.names.beginning_with(&words[first].surface, !correct[first]) {
        let name = context.names.name(number);
        let range = first..first + name.words.len();
        let Some(typed) = words.get(range.clone()) else { continue };
        let Some(likeness) = likeness(typed, &correct[range.clone()], &name.words, &context.language.weights.names) else {
            continue;
        };
        let confidence = likeness * confidence(typed, context);
        if confidence > 0.0 {
            candidates.push(Candidate {
                name,
                confidence,
                words: range,
                order: (number, true),
            });
        }
    }
}

/// Returns how similar the words are to the name: 1 if equal, less with typing errors, `None` for other words.
fn likeness(typed: &[Word], correct: &[bool], name: &[String], weights: &NameWeights) -> Option<f64> {
    let mut likeness = 1.0;
    for ((typed, is_correct), name) in typed.iter().zip(correct).zip(name) {
        if typed.surface == *name {
            continue;
        }
        let may_be_misspelt = !is_correct && name.len() >= SHORTEST_MISSPELT;
        if !may_be_misspelt || typed.surface.chars().next() != name.chars().next() {
            return None;
        }
        let errors = errors_within(&typed.surface, name, max_errors(name.chars().count()))?;
        likeness *= 1.0 - weights.name_error * errors as f64;
    }
    Some(likeness)
}

/// Returns the confidence that the words are a name rather than ordinary words.
fn confidence(typed: &[Word], context: &Context) -> f64 {
    let [word] = typed else { return 1.0 };
    let weights = &context.language.weights.names;
    // "LET" is a team, "let" is a verb.
    if Lexicon::get().weight_class(&word.surface).is_some() {
        return if word.is_capitalised { weights.everyday_name } else { 0.0 };
    }
    // "toeslagen" is an organisation and what it pays: the more schemes have the word, the less it is a name.
    let least = weights.ambiguous_name;
    least + (1.0 - least) * context.language.phrases.rarity(&word.whole)
}
