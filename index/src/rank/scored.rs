//! Matches with their scores, compared without making sort keys.

use std::cmp::Ordering;

use crate::segment::DocId;
use crate::segment::view::View;
use crate::sort_key::Score;

/// A match in a view.
#[derive(Clone, Copy)]
pub(crate) struct ScoredDocument {
    /// The number of the segment.
    pub(crate) segment: u32,
    pub(crate) doc: DocId,
    pub(crate) score: Score,
}

/// Compares matches by sort key, without making the keys.
pub(super) fn by_key(view: &View, one: &ScoredDocument, other: &ScoredDocument) -> Ordering {
    other.score.cmp(&one.score).then_with(|| by_order(view, one, other))
}

/// Compares matches by what orders those of equal score.
pub(super) fn by_order(view: &View, one: &ScoredDocument, other: &ScoredDocument) -> Ordering {
    let facts = |found: &ScoredDocument| view.facts(found.segment);
    facts(one).compare(one.doc, facts(other), other.doc)
}
