//! Executor cues: the words of a question that decide which executor of a scheme ranks first.
//!
//! Several organisations can carry out parts of one scheme. The one that decides on an indication does not arrange a place
//! in a nursing home, and the one that collects a fine does not judge appeals. `lexicon/executor_cues.txt` lists the cues.

use register::vocabulary::{Competence, Vocabulary};

use super::analyser::Analyser;
use super::lexicon::Lexicon;
use super::scheme::Executor;
use crate::hash::HashSet;

/// The cues of one executor of a scheme.
pub(crate) struct ExecutorCues {
    /// The place of the executor among those of the scheme.
    executor: usize,
    /// The stems of each cue; a cue applies if the question has all of them.
    cues: Vec<Vec<String>>,
}

/// Prepares the cues of each scheme, in the order of the vocabulary.
pub(super) fn of_schemes(vocabulary: &Vocabulary, analyser: &Analyser) -> Vec<Vec<ExecutorCues>> {
    let of_scheme = |competence: &Competence| {
        let executors = Lexicon::get().executor_cues(competence.code.as_str()).iter();
        let prepare = |(key, cues): &(&str, Vec<&str>)| {
            let mut executors = vocabulary.executors_of(&competence.code);
            let executor = executors.position(|executor| executor.key == *key)?;
            let stems = |cue: &&str| analyser.words(cue).into_iter().map(|word| word.whole).collect();
            let cues = cues.iter().map(stems).collect();
            Some(ExecutorCues { executor, cues })
        };
        executors.filter_map(prepare).collect()
    };
    vocabulary.competences().iter().map(of_scheme).collect()
}

/// Orders `executors` for a question with these `stems`: the one with the most cues moves to the front.
pub(crate) fn order(executors: &[Executor], cues: &[ExecutorCues], stems: &HashSet<&str>) -> Vec<Executor> {
    let matches = |of_executor: &ExecutorCues| {
        let applies = |cue: &&Vec<String>| cue.iter().all(|stem| stems.contains(stem.as_str()));
        of_executor.cues.iter().filter(applies).count()
    };
    let mut ordered = executors.to_vec();
    // Reversed, because `max_by_key` returns the last of equals and the first is wanted.
    let most = cues.iter().rev().max_by_key(|of_executor| matches(of_executor));
    if let Some(first) = most.filter(|of_executor| matches(of_executor) > 0) {
        ordered[..=first.executor].rotate_right(1);
    }
    ordered
}
