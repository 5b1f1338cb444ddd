//! Ranked officers and groups: what a register contributes to the results.

use super::results::Group;
use crate::plan::Plan;
use crate::sort_key::{Score, SortKey, UNIT};
use crate::weights::RANKS;

/// The first rank with the last factor.
pub(crate) const LAST_RANK_FROM: usize = RANKS;

/// The most members of a group that a result names.
pub const MAX_MEMBERS: usize = 100;

/// Whether municipal officers form groups, and share their ranks: while no municipality is given.
pub(super) fn has_municipal_results(plan: &Plan) -> bool {
    plan.municipalities.is_empty() && !plan.is_browse
}

/// An officer with its rank within its organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RankedOfficer {
    /// The key at the score by which it is ranked.
    pub key: SortKey,
    /// The score of the entry alone.
    pub own_score: Score,
}

/// A municipal result of one register: officers with the same competences, or one officer without competences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalGroup {
    /// The competence set hash; 0 for a single officer.
    pub competence_set: u64,
    /// The key of the best member, at its own score.
    pub leader: SortKey,
    /// The number of members in this register.
    pub size: usize,
    /// The keys of the first members at their own scores, best first. In a flat list, those after the requested place.
    pub members: Vec<SortKey>,
}

/// A group of which a share has only the size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupSize {
    /// The competence set hash.
    pub competence_set: u64,
    /// The number of members in this register.
    pub size: usize,
    /// Whether the best member of this register comes before the requested place, so that the whole group does.
    pub is_before: bool,
}

/// The bound up to which a share is complete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShareBound {
    /// All results up to this key.
    Key(SortKey),
    /// All results down to this score.
    Score(Score),
}

impl ShareBound {
    /// Whether the share has every result with this key.
    pub fn covers(&self, key: &SortKey) -> bool {
        match self {
            Self::Key(last) => key <= last,
            Self::Score(lowest) => key.score >= *lowest,
        }
    }
}

/// A result at its rank among those of all registers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RankedResult {
    /// The number of the share that it comes from.
    pub share: usize,
    /// The key at the score by which it is ranked, in multiples of 1/[`UNIT`] squared.
    pub key: SortKey,
    /// The score of the entry alone.
    pub own_score: Score,
    /// The group that it represents.
    pub group: Option<Group>,
}

impl RankedResult {
    /// Returns the score by which it is ranked, for display.
    pub fn score(&self) -> Score {
        Score(self.key.score.0 / UNIT)
    }
}
