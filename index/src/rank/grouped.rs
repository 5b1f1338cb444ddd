//! Matches, and what is counted of them in one pass: the members and the best score of each municipal group.

use std::sync::{Mutex, PoisonError};

use super::best_scores::BestScores;
use super::groups::has_municipal_results;
use crate::plan::Plan;
use crate::segment::view::View;
use crate::segment::{DocId, GroupNumber};
use crate::sort_key::Score;

/// A match in a view.
#[derive(Clone, Copy)]
pub(crate) struct ScoredDocument {
    /// The number of the segment.
    pub(crate) segment: u32,
    pub(crate) doc: DocId,
    pub(crate) score: Score,
}

/// Calls `visit` with each match and its group. The matches are in order of segments.
pub(super) fn visit_groups(view: &View, matches: &[ScoredDocument], mut visit: impl FnMut(&ScoredDocument, GroupNumber)) {
    for of_segment in matches.chunk_by(|one, other| one.segment == other.segment) {
        let facts = view.facts(of_segment[0].segment);
        of_segment.iter().for_each(|found| visit(found, facts.group(found.doc)));
    }
}

/// What is counted of the matches of a plan.
pub(crate) struct MatchCounts {
    /// The number of matches.
    pub(crate) total: usize,
    /// The number of matches that are results of their own.
    pub(crate) results_of_one: usize,
    /// Whether municipal officers form results together.
    has_municipal: bool,
    /// The first scores of the officers that are ranked within their organisation.
    pub(super) best_singles: BestScores,
    /// The scores of municipal officers without competences.
    pub(super) ungrouped: Vec<Score>,
    pub(crate) groups: GroupTallies,
}

/// What the matches of each group have together.
///
/// A register can have as many groups as municipal officers, and a question can match a few or most of them. So the list by
/// place is kept for the next search, and only the places that were used are cleared.
#[derive(Default)]
pub(crate) struct GroupTallies {
    /// By place of the group.
    tallies: Vec<GroupTally>,
    /// The places of the groups with matches.
    used: Vec<usize>,
    /// The number of groups that have been taken out.
    taken: usize,
}

/// Lists of empty tallies, for the next searches.
static SPARE_TALLIES: Mutex<Vec<Vec<GroupTally>>> = Mutex::new(Vec::new());

/// The most spare lists: more searches than this hardly ever run at the same moment.
const MAX_SPARE: usize = 8;

/// What the matches of one group have together.
#[derive(Clone, Copy, Default)]
struct GroupTally {
    size: usize,
    best: Score,
}

impl MatchCounts {
    /// Starts counting at zero, for a page of `wanted` results.
    pub(crate) fn new(view: &View, plan: &Plan, wanted: usize) -> Self {
        let has_municipal = has_municipal_results(plan);
        Self {
            total: 0,
            results_of_one: 0,
            has_municipal,
            best_singles: BestScores::new(wanted, plan.weights.scoring.last_rank),
            ungrouped: Vec::new(),
            groups: if has_municipal {
                GroupTallies::new(view.competence_sets.places())
            } else {
                GroupTallies::default()
            },
        }
    }

    /// Counts a match. Returns whether ranking may need it: not if it ranks within its organisation and scores too low for
    /// the [shortlist](super::shortlist) already.
    #[inline]
    pub(crate) fn add(&mut self, group: GroupNumber, score: Score) -> bool {
        self.total += 1;
        if self.has_municipal && group.is_municipal() {
            if let Some(place) = group.place() {
                self.groups.add(place, score);
            } else {
                self.results_of_one += 1;
                self.ungrouped.push(score);
            }
            return true;
        }
        self.results_of_one += 1;
        self.best_singles.add(score);
        score >= self.best_singles.shortlisted()
    }

    /// Returns the best score of each municipal result.
    pub(super) fn leader_scores(&self) -> impl Iterator<Item = Score> {
        let groups = &self.groups;
        let best = groups.used.iter().map(|place| groups.best(*place));
        self.ungrouped.iter().copied().chain(best)
    }
}

impl GroupTallies {
    fn new(places: usize) -> Self {
        let spare = SPARE_TALLIES.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut tallies = spare.unwrap_or_default();
        tallies.resize(tallies.len().max(places), GroupTally::default());
        Self {
            tallies,
            used: Vec::new(),
            taken: 0,
        }
    }

    #[inline]
    fn add(&mut self, place: usize, score: Score) {
        let tally = &mut self.tallies[place];
        if tally.size == 0 {
            self.used.push(place);
        }
        tally.size += 1;
        tally.best = tally.best.max(score);
    }

    /// Returns the best score of the group in this place, which has matches.
    pub(super) fn best(&self, place: usize) -> Score {
        self.tallies[place].best
    }

    /// Returns the size of the group with this competence set hash, and takes it out; `None` if it has no matches.
    pub(super) fn take(&mut self, view: &View, competence_set: u64) -> Option<usize> {
        let place = view.competence_sets.find(competence_set)?.place()?;
        let tally = self.tallies.get_mut(place)?;
        let size = std::mem::take(&mut tally.size);
        self.taken += usize::from(size > 0);
        (size > 0).then_some(size)
    }

    /// Returns the number of groups that have not been taken out.
    pub(super) fn len(&self) -> usize {
        self.used.len() - self.taken
    }

    /// Returns the size of the group in this place, if it has matches and has not been taken out.
    pub(super) fn size(&self, place: usize) -> Option<usize> {
        // A group that a newer view has brought has no tally.
        let size = self.tallies.get(place)?.size;
        (size > 0).then_some(size)
    }
}

impl Drop for GroupTallies {
    fn drop(&mut self) {
        if self.tallies.is_empty() {
            return;
        }
        for place in &self.used {
            self.tallies[*place] = GroupTally::default();
        }
        let mut spare = SPARE_TALLIES.lock().unwrap_or_else(PoisonError::into_inner);
        if spare.len() < MAX_SPARE {
            spare.push(std::mem::take(&mut self.tallies));
        }
    }
}
