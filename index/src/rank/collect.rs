//! Collects the matches of a plan: counts all of them, and keeps those that a page can need.
//!
//! A question to a hundred thousand officers has tens of thousands of matches, and a page shows ten. Collecting only drops
//! matches that provably can neither be among the first results nor change the rank of one that is:
//!
//! - The penalty for rank within an organisation leaves at least a known fraction of a score. An officer who scores less
//!   than this fraction of the last of the first results matters to none of them.
//! - The ranks of municipal results depend on other registers, but only by the first few of each. So a group matters only
//!   if it is one of the first few here. Of other groups a page shows at most the size.
//!
//! The best officer for each of several needs is kept besides.

use fixedbitset::FixedBitSet;

use super::best_scores::BestScores;
use super::groups::{LAST_RANK_FROM, has_municipal_results};
use super::leaders::{BestLeaders, Leader, LeaderFloor};
use super::needs::{BestForNeed, BestMatches};
use super::scored::ScoredDocument;
use crate::plan::Plan;
use crate::score::{IN_AREA, SegmentNeeds};
use crate::segment::view::View;
use crate::segment::{DocId, GroupNumber, SegmentFacts};
use crate::sort_key::Score;

/// The matches of a plan in a view.
pub(crate) struct Matches<'a> {
    pub(super) view: &'a View,
    /// How many results come before those that nobody needs; `None` if all are needed.
    pub(super) wanted: Option<usize>,
    /// Whether municipal officers form results together.
    has_municipal: bool,
    /// The number of matches.
    pub(crate) total: usize,
    /// The number of matches that are results of their own.
    pub(crate) results_of_one: usize,
    /// The places of the groups with matches.
    seen_groups: FixedBitSet,
    best_singles: BestScores,
    leaders: BestLeaders,
    best_for_needs: BestMatches,
    /// The matches that are ranked within their organisation and can be needed.
    pub(super) singles: Vec<ScoredDocument>,
    /// All matches that form municipal results.
    municipal: Vec<ScoredDocument>,
    /// The group of each of them, apart: all of these are read to find the members of a few.
    municipal_groups: Vec<GroupNumber>,
}

impl<'a> Matches<'a> {
    /// Starts with no matches, for a page of the first `wanted` results, or for all of them.
    pub(crate) fn new(view: &'a View, plan: &Plan, wanted: Option<usize>) -> Self {
        let has_municipal = has_municipal_results(plan);
        let groups = if has_municipal { view.competence_sets.places() } else { 0 };
        Self {
            view,
            wanted,
            has_municipal,
            total: 0,
            results_of_one: 0,
            seen_groups: FixedBitSet::with_capacity(groups),
            best_singles: BestScores::new(wanted.unwrap_or_default(), plan.weights.scoring.last_rank),
            // A share has no further groups.
            leaders: BestLeaders::new(wanted.map_or(0, |wanted| wanted.max(LAST_RANK_FROM) + 1)),
            best_for_needs: BestMatches::new(plan),
            singles: Vec::new(),
            municipal: Vec::new(),
            municipal_groups: Vec::new(),
        }
    }

    /// Begins to add the matches of a segment, with the needs of the plan in it.
    pub(crate) fn of_segment<'m>(&'m mut self, segment: u32, needs: Option<&'m SegmentNeeds>) -> SegmentMatches<'m, 'a> {
        SegmentMatches {
            facts: self.view.facts(segment),
            segment,
            floor: self.leaders.floor(self.view, segment),
            needs,
            matches: self,
        }
    }

    /// Adds the documents of a segment that pass the filters, all of them if `accepted` is `None`, as matches of a plan without
    /// a text. Those that serve a municipality of the plan have the same score and come first, and so have all others, so the
    /// first ones of each in order are enough.
    pub(crate) fn add_unscored(&mut self, segment: u32, accepted: Option<&FixedBitSet>, plan: &Plan) {
        let facts = self.view.facts(segment);
        let documents = facts.len() as usize;
        let count = accepted.map_or(documents, |accepted| accepted.count_ones(..));
        self.total += count;
        self.results_of_one += count;
        let wanted = self.wanted.map_or(count, |wanted| wanted + 1);
        let mut add_first = |score: Score, is_added: &dyn Fn(DocId) -> bool| {
            let in_order = facts.in_order().iter().copied();
            let passing = in_order.filter(|doc| accepted.is_none_or(|accepted| accepted.contains(*doc as usize)));
            let added = passing.filter(|doc| is_added(*doc)).take(wanted);
            self.singles.extend(added.map(|doc| ScoredDocument { segment, doc, score }));
        };
        if plan.municipalities.is_empty() {
            add_first(Score::ZERO, &|_| true);
            return;
        }
        let serves = facts.serves(&plan.municipalities);
        add_first(IN_AREA, &serves);
        add_first(Score::ZERO, &|doc| !serves(doc));
    }

    /// Returns the score below which nothing matters for the first results; `None` if everything can.
    pub(super) fn min_score(&self, plan: &Plan) -> Option<Score> {
        if self.wanted.is_none() || plan.is_browse {
            return None;
        }
        let mut best = self.best_singles.clone();
        self.leaders.as_slice().iter().for_each(|leader| best.add(leader.found.score));
        Some(best.lowest()?.times(plan.weights.scoring.last_rank))
    }

    /// Returns the leaders of the groups that can be needed; `None` if all groups can.
    pub(super) fn leaders(&self) -> Option<&[Leader]> {
        self.wanted.map(|_| self.leaders.as_slice())
    }

    /// Returns all matches that form municipal results, each with its group.
    pub(super) fn municipal(&self) -> impl Iterator<Item = (GroupNumber, &ScoredDocument)> {
        self.municipal_groups.iter().copied().zip(&self.municipal)
    }

    /// Returns the places of the groups of the best officers for the needs.
    pub(super) fn groups_of_needs(&self) -> impl Iterator<Item = usize> {
        self.best_for_needs.iter().filter_map(|(_, _, group)| group.place())
    }

    /// Returns the best officers for the needs.
    pub(super) fn best_for_needs(&self) -> Vec<BestForNeed> {
        let hashes = self.view.competence_sets.hashes();
        let best = self.best_for_needs.iter().map(|(need, found, group)| BestForNeed {
            need,
            key: self.view.facts(found.segment).key(found.doc, found.score),
            competence_set: hashes.of(group),
        });
        best.collect()
    }

    /// Returns the number of groups with matches.
    pub(super) fn groups(&self) -> usize {
        self.seen_groups.count_ones(..)
    }

    /// Returns the competence set hash and the size of each group.
    pub(super) fn group_sizes(&self) -> Vec<(u64, usize)> {
        let mut sizes = vec![0; self.seen_groups.len()];
        for place in self.municipal_groups.iter().filter_map(|group| group.place()) {
            sizes[place] += 1;
        }
        let hashes = self.view.competence_sets.hashes();
        let groups = hashes.iter().filter(|(place, _)| self.seen_groups.contains(*place));
        groups.map(|(place, hash)| (hash, sizes[place])).collect()
    }
}

/// Adds the matches of one segment.
pub(crate) struct SegmentMatches<'m, 'a> {
    matches: &'m mut Matches<'a>,
    facts: &'a SegmentFacts,
    segment: u32,
    floor: LeaderFloor,
    needs: Option<&'m SegmentNeeds>,
}

impl SegmentMatches<'_, '_> {
    /// Adds a match.
    #[inline(always)]
    pub(crate) fn add(&mut self, doc: DocId, score: Score) {
        let matches = &mut *self.matches;
        let segment = self.segment;
        let found = ScoredDocument { segment, doc, score };
        matches.total += 1;
        let group = self.facts.group(doc);
        if let Some(needs) = self.needs {
            let group = if matches.has_municipal {
                group
            } else {
                GroupNumber::NOT_MUNICIPAL
            };
            for need in needs.of(doc, score, self.facts) {
                matches.best_for_needs.add(matches.view, need, found, group);
            }
        }
        if matches.has_municipal && group.is_municipal() {
            match group.place() {
                Some(place) => matches.seen_groups.insert(place),
                None => matches.results_of_one += 1,
            }
            matches.municipal.push(found);
            matches.municipal_groups.push(group);
            if self.floor.is_below(score, doc, self.facts) {
                matches.leaders.insert(matches.view, Leader { group, found });
                self.floor = matches.leaders.floor(matches.view, segment);
            }
            return;
        }
        matches.results_of_one += 1;
        matches.best_singles.add(score);
        if matches.wanted.is_none() || score >= matches.best_singles.shortlisted() {
            matches.singles.push(found);
        }
    }
}
