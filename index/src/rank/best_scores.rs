//! The first few of many scores.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::sort_key::Score;

/// The best scores so far, as many as there are places.
#[derive(Clone)]
pub(crate) struct BestScores {
    places: usize,
    last_rank: i64,
    seen: usize,
    /// A score up to this one changes nothing.
    floor: Score,
    /// See [`BestScores::shortlisted`].
    shortlisted: Score,
    /// The lowest first.
    best: BinaryHeap<Reverse<Score>>,
}

impl BestScores {
    /// Keeps the best `places` scores. `last_rank` is the lowest factor by rank.
    pub(super) fn new(places: usize, last_rank: i64) -> Self {
        Self {
            places,
            last_rank,
            seen: 0,
            floor: Score(i64::MIN),
            shortlisted: Score(i64::MIN),
            best: BinaryHeap::new(),
        }
    }

    /// Adds a score.
    #[inline]
    pub(super) fn add(&mut self, score: Score) {
        self.seen += 1;
        if score > self.floor {
            self.insert(score);
        }
    }

    fn insert(&mut self, score: Score) {
        self.best.push(Reverse(score));
        if self.best.len() > self.places {
            self.best.pop();
        }
        if self.best.len() == self.places
            && let Some(lowest) = self.best.peek()
        {
            self.floor = lowest.0;
            self.shortlisted = lowest.0.times(self.last_rank);
        }
    }

    /// Returns a score below which nothing matters for the first results, whatever else is added. No penalty by rank lowers
    /// one of the best scores so far below it.
    #[inline]
    pub(super) fn shortlisted(&self) -> Score {
        self.shortlisted
    }

    /// Returns the lowest of the best scores, if there are others below or beside it.
    pub(super) fn lowest(&self) -> Option<Score> {
        let is_full = self.seen > self.places;
        self.best.peek().filter(|_| is_full).map(|lowest| lowest.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_of_the_best_is_known_once_there_are_more() {
        let mut best = BestScores::new(2, 870);
        let lowest = [5, 3, 4, 9, 1].map(|score| {
            best.add(Score(score));
            best.lowest()
        });
        assert_eq!(lowest, [None, None, Some(Score(4)), Some(Score(5)), Some(Score(5))]);
    }

    #[test]
    fn no_places_have_no_lowest_score() {
        let mut best = BestScores::new(0, 870);
        best.add(Score(1));
        assert_eq!(best.lowest(), None);
    }
}
