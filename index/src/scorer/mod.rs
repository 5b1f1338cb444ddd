//! The exact local scorer.
//!
//! For each term of a plan it walks the postings of a segment and adds to the documents it meets. All numbers are whole
//! numbers of 1/1024 parts, and nothing looks at other documents: no document frequencies, no average lengths of a
//! collection. So an entry scores the same in any segment, before and after merges, and in any register.
//!
//! The sum of a document is: its words, per word and field the best form; its competences, the best in full and the next
//! ones less; its organisation, kind, municipality and life domains where these are named. Then what disqualifies: another
//! area, another organisation than the named one, an ambassador who was not asked for, a `not_for`.
//!
//! - `resolve.rs`: a plan in the terms and numbers of one segment
//! - `window.rs`: the sums of a stretch of documents, which the scorer moves over the segment
//! - `judge.rs`: what is left of a sum by who the officer is

mod judge;
mod resolve;
mod window;

pub(crate) use resolve::Resolved;

use crate::score::Score;
use crate::segment::Doc;

/// By what a word is weighed.
pub(crate) enum WordWeights {
    /// The plan's own, which are static.
    Static,
    /// By how rare each word is in the whole collection: BM25, the yardstick. Keyed by the word's number in the plan.
    Collection(Vec<f64>),
}

/// A document that matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Match {
    pub(crate) doc: Doc,
    pub(crate) score: Score,
}

/// Told what gave how much, for explanations.
pub(crate) trait Observer {
    /// `value` was added to `doc`, or its factor taken from it.
    fn gave(&mut self, doc: Doc, layer: &'static str, field: &str, word: &str, value: i64);
}

/// Watches nothing.
pub(crate) struct Unobserved;

impl Observer for Unobserved {
    #[inline]
    fn gave(&mut self, _doc: Doc, _layer: &'static str, _field: &str, _word: &str, _value: i64) {}
}
