//! Whose part of a scheme a question is about, where several carry it out.
//!
//! Knowledge of the field, written in `lexicon/whose.txt`: who decides on an indication does not find the place in a nursing
//! home, and who collects a fine does not judge an appeal against it.

use std::collections::HashSet;

use register::vocabulary::{Competence, Vocabulary};

use super::Executor;
use crate::analyser::Analyser;
use crate::analyser::lexicon::Lexicon;

/// What an executor of a scheme does of it, in words.
pub(crate) struct Part {
    /// Its place among the executors.
    executor: usize,
    /// The stems of each of its cues; all of one cue must be said.
    cues: Vec<Vec<String>>,
}

/// The parts of each scheme, in the order of the vocabulary.
pub(super) fn parts(vocabulary: &Vocabulary, analyser: &Analyser) -> Vec<Vec<Part>> {
    let parts_of = |competence: &Competence| {
        let parts = Lexicon::get().whose(competence.code.as_str()).iter();
        let part = |(key, cues): &(&str, Vec<&str>)| {
            let mut executors = vocabulary.executors_of(&competence.code);
            let executor = executors.position(|executor| executor.key == *key)?;
            let stems = |cue: &&str| analyser.words(cue).into_iter().map(|word| word.whole).collect();
            let cues = cues.iter().map(stems).collect();
            Some(Part { executor, cues })
        };
        parts.filter_map(part).collect()
    };
    vocabulary.competences().iter().map(parts_of).collect()
}

/// `executors` in the order in which they count for a question in which these stems are `said`: whose part it speaks of most
/// comes first.
pub(crate) fn in_order(executors: &[Executor], parts: &[Part], said: &HashSet<&str>) -> Vec<Executor> {
    let spoken_of = |part: &Part| {
        let is_said = |cue: &&Vec<String>| cue.iter().all(|stem| said.contains(stem.as_str()));
        part.cues.iter().filter(is_said).count()
    };
    let mut ordered = executors.to_vec();
    // The last of equals is what `max_by_key` gives; the first is meant.
    let most = parts.iter().rev().max_by_key(|part| spoken_of(part));
    if let Some(part) = most.filter(|part| spoken_of(part) > 0) {
        ordered[..=part.executor].rotate_right(1);
    }
    ordered
}
