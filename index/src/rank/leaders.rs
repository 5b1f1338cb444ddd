//! The first municipal results: groups by their best members.

use std::cmp::Ordering;

use super::scored::{ScoredDocument, by_key};
use crate::segment::view::View;
use crate::segment::{DocId, GroupNumber, SegmentFacts};
use crate::sort_key::Score;

/// The best officers of different groups so far, as many as there are places. An officer in no group is its own leader.
pub(super) struct BestLeaders {
    places: usize,
    /// Best first.
    leaders: Vec<Leader>,
}

/// The best member of a group.
#[derive(Clone, Copy)]
pub(super) struct Leader {
    pub(super) group: GroupNumber,
    pub(super) found: ScoredDocument,
}

/// What an officer of one segment must be better than to be among the best leaders.
#[derive(Clone, Copy)]
pub(super) struct LeaderFloor {
    score: Score,
    /// Its place in the segment among those of equal score.
    place: u32,
}

impl LeaderFloor {
    /// Lets everybody pass.
    const NONE: Self = Self {
        score: Score(i64::MIN),
        place: 0,
    };

    /// Whether a document of the segment is above the floor.
    #[inline]
    pub(super) fn is_below(self, score: Score, doc: DocId, facts: &SegmentFacts) -> bool {
        score > self.score || (score == self.score && facts.place(doc) < self.place)
    }
}

impl BestLeaders {
    /// Keeps the best `places` leaders.
    pub(super) fn new(places: usize) -> Self {
        Self {
            places,
            leaders: Vec::new(),
        }
    }

    /// Returns the floor in a segment.
    pub(super) fn floor(&self, view: &View, segment: u32) -> LeaderFloor {
        let worst = self.leaders.last().filter(|_| self.leaders.len() == self.places);
        worst.map_or(LeaderFloor::NONE, |Leader { found, .. }| LeaderFloor {
            score: found.score,
            place: view.facts(segment).count_before(view.facts(found.segment), found.doc),
        })
    }

    /// Inserts a member of a group that is above the floor.
    pub(super) fn insert(&mut self, view: &View, leader: Leader) {
        let is_better = |one: &Leader, other: &Leader| by_key(view, &one.found, &other.found) == Ordering::Less;
        let is_same = |other: &Leader| leader.group.place().is_some() && other.group == leader.group;
        if let Some(known) = self.leaders.iter().position(is_same) {
            if !is_better(&leader, &self.leaders[known]) {
                return;
            }
            self.leaders.remove(known);
        }
        let place = self.leaders.partition_point(|other| is_better(other, &leader));
        self.leaders.insert(place, leader);
        self.leaders.truncate(self.places);
    }

    /// Returns the leaders, best first.
    pub(super) fn as_slice(&self) -> &[Leader] {
        &self.leaders
    }
}
