//! What each part of a score contributed, for explanations.

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

/// A contribution as it is recorded, in the words of the plan.
#[derive(Clone, Copy)]
pub(crate) struct RecordedContribution<'a> {
    pub(crate) layer: &'static str,
    pub(crate) field: &'a str,
    word: &'a str,
    pub(crate) score: Score,
}

impl From<RecordedContribution<'_>> for Contribution {
    fn from(recorded: RecordedContribution<'_>) -> Self {
        Self {
            layer: recorded.layer,
            field: recorded.field.to_owned(),
            word: recorded.word.to_owned(),
            score: recorded.score,
        }
    }
}

/// Receives the contributions to scores.
pub(crate) trait Observer<'a> {
    /// `value` was added to the sum of `doc`, or lost by a multiplier.
    fn record(&mut self, doc: DocId, layer: &'static str, field: &'a str, word: &'a str, value: i64);
}

/// Ignores contributions.
pub(super) struct Unobserved;

impl<'a> Observer<'a> for Unobserved {
    #[inline]
    fn record(&mut self, _doc: DocId, _layer: &'static str, _field: &'a str, _word: &'a str, _value: i64) {}
}

/// The contributions to the scores of some documents.
#[derive(Default)]
pub(crate) struct ScoreAccount<'a> {
    contributions: Vec<(DocId, RecordedContribution<'a>)>,
}

impl<'a> ScoreAccount<'a> {
    /// Returns the contributions to the score of `doc`, in the order of scoring.
    pub(crate) fn of(&self, doc: DocId) -> Vec<RecordedContribution<'a>> {
        let of_doc = self.contributions.iter().filter(|(of, _)| *of == doc);
        of_doc.map(|(_, contribution)| *contribution).collect()
    }
}

impl<'a> Observer<'a> for ScoreAccount<'a> {
    fn record(&mut self, doc: DocId, layer: &'static str, field: &'a str, word: &'a str, value: i64) {
        let score = Score(value);
        self.contributions.push((
            doc,
            RecordedContribution {
                layer,
                field,
                word,
                score,
            },
        ));
    }
}
