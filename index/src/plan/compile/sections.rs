//! Cuts a text into sections that are each about another problem.
//!
//! A text is first cut into clauses. Neighbouring clauses belong to one section unless two are better explained by two schemes than
//! by one: the sections are those whose strengths have the highest sum, where each must earn a price
//! ([`another_section`](BlendWeights::another_section)).

use std::ops::Range;

use super::{Compiler, RecognisedWord};
use crate::analyse::phrases::is_content_word;
use crate::hash::HashSet;
use crate::learned::{Evidence, FeatureWord, Features, Model};
use crate::weights::BlendWeights;

/// The fewest content words of a clause. Fewer say too little alone.
const FEWEST_WORDS: usize = 2;
/// The most clauses. The rest of a longer text belongs to the last one.
const MAX_CLAUSES: usize = 12;
/// Marks after which another problem may begin.
const MARKS: [char; 7] = ['.', '!', '?', ';', ':', ',', '\n'];
/// Words before which it may begin too.
const CONJUNCTIONS: [&str; 9] = [
    "en",
    "maar",
    "ook",
    "daarnaast",
    "bovendien",
    "verder",
    "plus",
    "tevens",
    "terwijl",
];

/// A section of a text.
pub(super) struct Section {
    words: Range<usize>,
    /// The logarithm of the probability of each scheme, by the section alone.
    pub(super) logits: Vec<f64>,
}

impl Compiler<'_> {
    /// Returns what each section of the text is about, by the `features` of its words; nothing if it is one whole.
    pub(super) fn sections(&self, features: &[FeatureWord<'_>]) -> Vec<Section> {
        let language = &self.context.language;
        let clauses = if language.steps.sections {
            clauses(&self.words, &self.question.text)
        } else {
            Vec::new()
        };
        if clauses.len() < 2 {
            return Vec::new();
        }
        let learned = &language.learned;
        let evidence = clauses
            .iter()
            .map(|words| learned.model.evidence(&Features::of(&features[words.clone()])));
        let evidence: Vec<Evidence> = evidence.collect();
        let ranges = gather(&evidence, &learned.model, language.weights.blend.another_section);
        if ranges.len() < 2 {
            return Vec::new();
        }
        let sections = ranges.into_iter().map(|range| {
            let words = clauses[range.start].start..clauses[range.end - 1].end;
            let mut of_section = evidence[range.start].clone();
            evidence[range.start + 1..range.end]
                .iter()
                .for_each(|clause| of_section += clause);
            let mut logits = learned.log_probabilities(&learned.model.prediction(&of_section));
            // A section may be about nothing in particular.
            logits.pop();
            Section { words, logits }
        });
        sections.collect()
    }
}

/// Gathers clauses into sections with the highest sum of strengths, each less the `price`. Returns the ranges of clauses.
fn gather(clauses: &[Evidence], model: &Model, price: f64) -> Vec<Range<usize>> {
    // The highest sum of the first clauses, and where the last section of them begins.
    let mut best = vec![(0.0, 0)];
    for end in 1..=clauses.len() {
        let mut highest = (f64::MIN, 0);
        let mut section: Option<Evidence> = None;
        for start in (0..end).rev() {
            let section = match &mut section {
                Some(section) => {
                    *section += &clauses[start];
                    section
                }
                None => section.insert(clauses[start].clone()),
            };
            let sum = best[start].0 + model.strength(section) - price;
            if sum > highest.0 {
                highest = (sum, start);
            }
        }
        best.push(highest);
    }
    let mut ranges = Vec::new();
    let mut end = clauses.len();
    while end > 0 {
        let start = best[end].1;
        ranges.push(start..end);
        end = start;
    }
    ranges.reverse();
    ranges
}

/// Returns what the sections are about: of the schemes, each with its weight, the strongest of each section that is surely
/// about it.
pub(super) fn subjects(schemes: &[(usize, f64)], sections: &[Section], weights: &BlendWeights) -> HashSet<usize> {
    let subject = |section: &Section| {
        let strength = |(scheme, weight): &(usize, f64)| section.logits[*scheme] + weight.ln();
        let strongest = schemes.iter().max_by(|one, other| strength(one).total_cmp(&strength(other)));
        strongest
            .map(|(scheme, _)| *scheme)
            .filter(|scheme| section.logits[*scheme] >= weights.need.ln())
    };
    sections.iter().filter_map(subject).collect()
}

/// Keeps of the words that indicate a scheme those of the sections that are about it.
pub(super) fn keep_own(words: &mut Vec<usize>, scheme: usize, sections: &[Section], weights: &BlendWeights) {
    let best = sections.iter().map(|section| section.logits[scheme]).fold(f64::MIN, f64::max);
    let own = sections
        .iter()
        .filter(|section| section.logits[scheme] >= best - weights.own_section);
    let own: Vec<usize> = own
        .flat_map(|section| words.iter().copied().filter(|word| section.words.contains(word)))
        .collect();
    if !own.is_empty() {
        *words = own;
    }
}

/// Returns the ranges of words of the clauses of `text`.
fn clauses(words: &[RecognisedWord], text: &str) -> Vec<Range<usize>> {
    let mut clauses: Vec<Range<usize>> = Vec::new();
    let (mut first, mut content) = (0, 0);
    for at in 0..words.len() {
        let begins = at > first && content >= FEWEST_WORDS && clauses.len() + 1 < MAX_CLAUSES && may_begin(words, at, text);
        if begins {
            clauses.push(first..at);
            (first, content) = (at, 0);
        }
        content += usize::from(is_content_word(&words[at].word));
    }
    match clauses.last_mut() {
        Some(last) if content < FEWEST_WORDS => last.end = words.len(),
        _ => clauses.push(first..words.len()),
    }
    clauses
}

/// Whether a clause may begin with this word.
fn may_begin(words: &[RecognisedWord], at: usize, text: &str) -> bool {
    let (before, word) = (&words[at - 1].word, &words[at].word);
    // Joined and translated words share their place, so there may be nothing between two.
    let between = text.get(before.end..word.start).unwrap_or_default();
    between.contains(MARKS) || CONJUNCTIONS.contains(&word.surface.as_str())
}
