//! Cuts a text into the sections that may each be about another problem: sentences, and clauses of some length.

use std::ops::Range;

use super::{Compiler, RecognisedWord};
use crate::analyse::phrases::is_content_word;
use crate::learned::{FeatureWord, Features};
use crate::weights::BlendWeights;

/// The fewest content words of a section. Fewer say too little alone.
const FEWEST_WORDS: usize = 4;
/// The most sections. The rest of a longer text belongs to the last one.
const MAX_SECTIONS: usize = 12;
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
        let learned = &self.context.language.learned;
        if !self.context.language.steps.sections {
            return Vec::new();
        }
        let sections = cut(&self.words, &self.question.text).into_iter().map(|words| {
            let prediction = learned.model.predict(&Features::of(&features[words.clone()]));
            let mut logits = learned.log_probabilities(&prediction);
            // A section may be about nothing in particular.
            logits.pop();
            Section { words, logits }
        });
        sections.collect()
    }
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

/// Returns the ranges of words of the sections of `text`; none if it is one whole.
fn cut(words: &[RecognisedWord], text: &str) -> Vec<Range<usize>> {
    let mut sections: Vec<Range<usize>> = Vec::new();
    let (mut first, mut content) = (0, 0);
    for at in 0..words.len() {
        let begins = at > first && content >= FEWEST_WORDS && sections.len() + 1 < MAX_SECTIONS && may_begin(words, at, text);
        if begins {
            sections.push(first..at);
            (first, content) = (at, 0);
        }
        content += usize::from(is_content_word(&words[at].word));
    }
    match sections.last_mut() {
        Some(last) if content < FEWEST_WORDS => last.end = words.len(),
        _ => sections.push(first..words.len()),
    }
    if sections.len() < 2 { Vec::new() } else { sections }
}

/// Whether a section may begin with this word.
fn may_begin(words: &[RecognisedWord], at: usize, text: &str) -> bool {
    let (before, word) = (&words[at - 1].word, &words[at].word);
    // Joined and translated words share their place, so there may be nothing between two.
    let between = text.get(before.end..word.start).unwrap_or_default();
    between.contains(MARKS) || CONJUNCTIONS.contains(&word.surface.as_str())
}
