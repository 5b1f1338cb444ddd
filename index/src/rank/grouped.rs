//! Matches, divided into those that are results of their own and the members of municipal groups.

use std::collections::HashMap;

use super::diversify::is_municipal;
use crate::plan::Plan;
use crate::segment::view::View;
use crate::segment::{DocId, SegmentFacts};
use crate::sort_key::Score;

/// A match in a view.
#[derive(Clone, Copy)]
pub(crate) struct ScoredDocument {
    /// The number of the segment.
    pub(crate) segment: u32,
    pub(crate) doc: DocId,
    pub(crate) score: Score,
}

/// All matches of a plan, in order of segments.
#[derive(Default)]
pub(crate) struct GroupedMatches {
    /// The officers that are ranked within their organisation.
    pub(super) singles: Vec<ScoredDocument>,
    /// The municipal officers without competences, which no group can have.
    pub(super) municipal_singles: Vec<ScoredDocument>,
    members: Vec<ScoredDocument>,
    groups: HashMap<u64, GroupTally>,
}

/// What the matches of one group have together.
#[derive(Clone, Copy, Default)]
struct GroupTally {
    size: usize,
    best: Score,
}

impl GroupedMatches {
    /// Divides `matches`, which are in order of segments.
    pub(crate) fn new(view: &View, plan: &Plan, matches: Vec<ScoredDocument>) -> Self {
        if !plan.municipalities.is_empty() || plan.is_browse {
            // Nothing is municipal then.
            return Self {
                singles: matches,
                ..Self::default()
            };
        }
        let mut grouped = Self::default();
        for matches in matches.chunk_by(|one, other| one.segment == other.segment) {
            let facts = view.facts(matches[0].segment);
            // Counted by number first: a segment has fewer groups than matches.
            let mut tallies = vec![GroupTally::default(); facts.competence_sets.len()];
            for found in matches {
                if !is_municipal(plan, facts.of(found.doc).organisation_kind) {
                    grouped.singles.push(*found);
                    continue;
                }
                let number = set_number(facts, found);
                if *facts.competence_sets.value(number) == 0 {
                    grouped.municipal_singles.push(*found);
                    continue;
                }
                grouped.members.push(*found);
                tallies[number as usize].add(1, found.score);
            }
            for (number, tally) in (0..).zip(tallies).filter(|(_, tally)| tally.size > 0) {
                let group = grouped.groups.entry(*facts.competence_sets.value(number)).or_default();
                group.add(tally.size, tally.best);
            }
        }
        grouped
    }

    /// Returns the number of matches.
    pub(crate) fn len(&self) -> usize {
        self.members.len() + self.results_of_one()
    }

    /// Returns the number of matches that are no members of groups.
    pub(crate) fn results_of_one(&self) -> usize {
        self.singles.len() + self.municipal_singles.len()
    }

    /// Returns the size of each group, by competence set hash.
    pub(crate) fn sizes(&self) -> HashMap<u64, usize> {
        self.groups.iter().map(|(set, tally)| (*set, tally.size)).collect()
    }

    /// Returns the best score of each municipal result.
    pub(super) fn leader_scores(&self) -> impl Iterator<Item = Score> {
        let singles = self.municipal_singles.iter().map(|found| found.score);
        singles.chain(self.groups.values().map(|tally| tally.best))
    }

    /// Returns the members of each group whose best score satisfies `is_wanted`.
    pub(super) fn members_of(&self, view: &View, is_wanted: impl Fn(Score) -> bool) -> Vec<Vec<ScoredDocument>> {
        let wanted = self.groups.iter().filter(|(_, tally)| is_wanted(tally.best));
        let (sets, mut members): (Vec<u64>, Vec<Vec<ScoredDocument>>) =
            wanted.map(|(set, tally)| (*set, Vec::with_capacity(tally.size))).unzip();
        let places: HashMap<u64, usize> = sets.into_iter().zip(0..).collect();
        for of_segment in self.members.chunk_by(|one, other| one.segment == other.segment) {
            let facts = view.facts(of_segment[0].segment);
            let sets = (0..)
                .map(|number| facts.competence_sets.value(number))
                .take(facts.competence_sets.len());
            let places: Vec<Option<usize>> = sets.map(|set| places.get(set).copied()).collect();
            for found in of_segment {
                if let Some(place) = places[set_number(facts, found) as usize] {
                    members[place].push(*found);
                }
            }
        }
        members
    }

    /// Returns all matches again, in any order.
    pub(crate) fn into_matches(self) -> Vec<ScoredDocument> {
        let mut matches = self.singles;
        matches.extend(self.municipal_singles);
        matches.extend(self.members);
        matches
    }
}

impl GroupTally {
    fn add(&mut self, size: usize, best: Score) {
        self.size += size;
        self.best = self.best.max(best);
    }
}

fn set_number(facts: &SegmentFacts, found: &ScoredDocument) -> u32 {
    facts.competence_set_numbers[found.doc as usize]
}
