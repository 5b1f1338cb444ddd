//! The best officer for each of several needs.
//!
//! A text about three problems names one organisation more clearly than the others, and the officers of that one would fill
//! the first page. So the best officer for each need comes before all other results ([`first_for_need`]). Which one that is
//! among all registers is decided when shares are merged: each share names its own best.

use super::scored::{ScoredDocument, by_key};
use crate::plan::Plan;
use crate::segment::GroupNumber;
use crate::segment::view::View;
use crate::sort_key::{Score, SortKey, UNIT};

/// What the score of a result that is the first for a need gains. Higher than all scores of plans within bounds.
pub(crate) const FIRST_FOR_NEED: i64 = 1 << 51;

/// The best officer of a register for a need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BestForNeed {
    /// The number of the need in the plan.
    pub need: usize,
    /// The key of the officer, at its own score.
    pub key: SortKey,
    /// The competence set hash of its group; 0 if it is a result of its own.
    pub competence_set: u64,
}

/// Returns the key of a result that is the first for a need, from its key at its own score.
pub(crate) fn first_for_need(own: &SortKey) -> SortKey {
    SortKey {
        score: Score(FIRST_FOR_NEED + own.score.0 * UNIT),
        ..own.clone()
    }
}

/// The best matches for each need so far.
pub(super) struct BestMatches {
    /// By number of the need: the match with its group.
    best: Vec<Option<(ScoredDocument, GroupNumber)>>,
}

impl BestMatches {
    /// Starts with no matches.
    pub(super) fn new(plan: &Plan) -> Self {
        Self {
            best: vec![None; plan.needs().count()],
        }
    }

    /// Adds a match for a need.
    pub(super) fn add(&mut self, view: &View, need: usize, found: ScoredDocument, group: GroupNumber) {
        let best = &mut self.best[need];
        if best.is_none_or(|(best, _)| by_key(view, &found, &best).is_lt()) {
            *best = Some((found, group));
        }
    }

    /// Returns the best match for each need that has one, with its group.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, &ScoredDocument, GroupNumber)> {
        let best = self.best.iter().enumerate();
        best.filter_map(|(need, best)| best.as_ref().map(|(found, group)| (need, found, *group)))
    }
}
