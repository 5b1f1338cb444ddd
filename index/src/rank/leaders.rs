//! The first municipal results: groups by their best members.

use std::cmp::Ordering;

use super::scored::{ScoredDocument, by_key};
use crate::segment::view::View;
use crate::segment::{DocId, GroupNumber, SegmentFacts};
use crate::sort_key::Score;

/// The best officers of different groups so far, as many as there are places. An officer in no group is its own leader.
pub(super) struct BestLeaders {
    places: usize,
    /// In no order.
    leaders: Vec<Leader>,
    /// The number of the worst one, once every place is taken.
    worst: Option<usize>,
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
            worst: None,
        }
    }

    /// Returns the floor in a segment.
    pub(super) fn floor(&self, view: &View, segment: u32) -> LeaderFloor {
        let worst = self.worst.map(|worst| &self.leaders[worst].found);
        worst.map_or(LeaderFloor::NONE, |worst| LeaderFloor {
            score: worst.score,
            place: view.facts(segment).count_before(view.facts(worst.segment), worst.doc),
        })
    }

    /// Inserts a member of a group that is above the floor.
    pub(super) fn insert(&mut self, view: &View, leader: Leader) {
        let is_same = |other: &&mut Leader| leader.group.place().is_some() && other.group == leader.group;
        if let Some(known) = self.leaders.iter_mut().find(is_same) {
            if by_key(view, &leader.found, &known.found) == Ordering::Less {
                *known = leader;
            }
        } else if let Some(worst) = self.worst {
            self.leaders[worst] = leader;
        } else if self.places > 0 {
            self.leaders.push(leader);
        }
        if self.leaders.len() == self.places {
            let numbers = 0..self.leaders.len();
            self.worst = numbers.max_by(|one, other| by_key(view, &self.leaders[*one].found, &self.leaders[*other].found));
        }
    }

    /// Returns the leaders, in no order.
    pub(super) fn as_slice(&self) -> &[Leader] {
        &self.leaders
    }
}
