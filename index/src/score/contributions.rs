//! What each part of a score contributed, for explanations.

use std::collections::HashMap;

use serde::Serialize;

use crate::segment::DocId;
use crate::sort_key::Score;

/// One contribution to a score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Contribution {
    /// The layer: `vocabulary`, `words`, `organisation`, `place`, `role`, `person`, `rank`.
    pub layer: &'static str,
    /// The field or code that matched.
    pub field: String,
    /// The word or words of the question.
    pub word: String,
    /// The amount, negative for a multiplier below one.
    pub score: Score,
}

/// Receives the contributions to scores.
pub(crate) trait Observer {
    /// `value` was added to the sum of `doc`, or lost by a multiplier.
    fn record(&mut self, doc: DocId, layer: &'static str, field: &str, word: &str, value: i64);
}

/// Ignores contributions.
pub(super) struct Unobserved;

impl Observer for Unobserved {
    #[inline]
    fn record(&mut self, _doc: DocId, _layer: &'static str, _field: &str, _word: &str, _value: i64) {}
}

/// The contributions to the scores of some documents.
#[derive(Default)]
pub(crate) struct ScoreAccount {
    contributions: HashMap<DocId, Vec<Contribution>>,
}

impl ScoreAccount {
    /// Takes the contributions to the score of `doc`.
    pub(crate) fn take(&mut self, doc: DocId) -> Vec<Contribution> {
        self.contributions.remove(&doc).unwrap_or_default()
    }
}

impl Observer for ScoreAccount {
    fn record(&mut self, doc: DocId, layer: &'static str, field: &str, word: &str, value: i64) {
        self.contributions.entry(doc).or_default().push(Contribution {
            layer,
            field: field.to_owned(),
            word: word.to_owned(),
            score: Score(value),
        });
    }
}
