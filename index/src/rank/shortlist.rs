//! Shortlists the matches that a share can need, without sorting all of them (top-k selection).
//!
//! A question to a hundred thousand officers has tens of thousands of matches, and a page shows ten. This step only drops
//! matches that provably can neither be among the first results nor change the rank of one that is. Ranking decides the
//! rest. The proofs are with the steps.

use std::cmp::{Ordering, Reverse};
use std::collections::HashMap;

use super::diversify::{LAST_RANK_FACTOR, LAST_RANK_FROM, is_municipal};
use super::groups::MAX_MEMBERS;
use crate::plan::{Grouping, Plan};
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

/// Counts the members of each group of municipal officers, by competence set hash.
pub(crate) fn group_sizes(view: &View, plan: &Plan, matches: &[ScoredDocument]) -> HashMap<u64, usize> {
    let mut sizes: HashMap<u64, usize> = HashMap::new();
    for matches in matches.chunk_by(|one, other| one.segment == other.segment) {
        let facts = view.facts(matches[0].segment);
        let mut of_segment = vec![0; facts.competence_sets.len()];
        for number in matches.iter().filter_map(|found| group_number(view, plan, found)) {
            of_segment[number] += 1;
        }
        for (number, size) in (0..).zip(of_segment).filter(|(_, size)| *size > 0) {
            *sizes.entry(*facts.competence_sets.value(number)).or_default() += size;
        }
    }
    sizes
}

/// Returns the matches that can be among the first `limit` results, and the own score below which matches were dropped.
///
/// The penalty for rank within an organisation leaves at least a known fraction of a score. A match that scores less than
/// this fraction of the last of the first results can neither become one of them nor change the rank of one. Most matches
/// of a long question are below it.
pub(crate) fn shortlist(
    view: &View,
    plan: &Plan,
    mut matches: Vec<ScoredDocument>,
    limit: usize,
) -> (Vec<ScoredDocument>, Option<Score>) {
    if matches.len() <= limit || limit == 0 {
        return (matches, None);
    }
    if plan.is_browse {
        // Ranking does not change the order of keys. One more match shows that there are more.
        keep_best(view, &mut matches, limit + 1);
        return (matches, None);
    }
    if plan.grouping == Grouping::Flat {
        return (matches, None);
    }
    let (mut singles, mut groups) = grouped(view, plan, matches);
    let best_of_group = groups
        .values()
        .map(|members| members.iter().map(|found| found.score).max().unwrap_or_default());
    let mut scores: Vec<Score> = singles.iter().map(|found| found.score).chain(best_of_group).collect();
    let mut min_score = None;
    if scores.len() > limit {
        let (_, last, _) = scores.select_nth_unstable_by_key(limit - 1, |score| Reverse(*score));
        let lowest = last.times(LAST_RANK_FACTOR);
        singles.retain(|found| found.score >= lowest);
        groups.retain(|_, members| members.iter().any(|found| found.score >= lowest));
        min_score = Some(lowest);
    }
    let mut kept = best_of_organisations(view, plan, singles, limit);
    for mut members in groups.into_values() {
        // A result names no more members than these, and the sizes have been counted.
        keep_best(view, &mut members, MAX_MEMBERS);
        kept.append(&mut members);
    }
    (kept, min_score)
}

/// Returns the number of the match's competence set in its segment, if the match belongs to a group.
fn group_number(view: &View, plan: &Plan, found: &ScoredDocument) -> Option<usize> {
    let facts = view.facts(found.segment);
    if !is_municipal(plan, facts.of(found.doc).organisation_kind) {
        return None;
    }
    let number = facts.competence_set_numbers[found.doc as usize];
    (*facts.competence_sets.value(number) != 0).then_some(number as usize)
}

/// Separates the matches that are single results from those of groups.
fn grouped(view: &View, plan: &Plan, matches: Vec<ScoredDocument>) -> (Vec<ScoredDocument>, HashMap<u64, Vec<ScoredDocument>>) {
    if !plan.municipalities.is_empty() {
        return (matches, HashMap::new());
    }
    let mut singles = Vec::new();
    let mut groups: HashMap<u64, Vec<ScoredDocument>> = HashMap::new();
    for matches in matches.chunk_by(|one, other| one.segment == other.segment) {
        let facts = view.facts(matches[0].segment);
        let mut of_segment: Vec<Vec<ScoredDocument>> = vec![Vec::new(); facts.competence_sets.len()];
        for found in matches {
            match group_number(view, plan, found) {
                Some(number) => of_segment[number].push(*found),
                None => singles.push(*found),
            }
        }
        for (number, mut members) in (0..).zip(of_segment).filter(|(_, members)| !members.is_empty()) {
            groups
                .entry(*facts.competence_sets.value(number))
                .or_default()
                .append(&mut members);
        }
    }
    (singles, groups)
}

/// Keeps the best officers of each organisation.
///
/// Ranking keeps the officers of an organisation in the order of their keys, so an officer with `limit` better ones beside it
/// cannot be among the first `limit` results. One more shows that there are more. The ranks of municipal officers depend on
/// other registers too, so of these, as many more are kept as have ranks that can change.
fn best_of_organisations(view: &View, plan: &Plan, singles: Vec<ScoredDocument>, limit: usize) -> Vec<ScoredDocument> {
    let most = limit + LAST_RANK_FROM + 1;
    if singles.len() <= most {
        return singles;
    }
    let mut by_organisation = HashMap::new();
    for found in singles {
        let facts = view.facts(found.segment);
        let document = facts.of(found.doc);
        let organisation = facts.organisations.value(document.organisation);
        let organisation = (!is_municipal(plan, document.organisation_kind)).then_some(organisation);
        by_organisation.entry(organisation).or_insert_with(Vec::new).push(found);
    }
    let mut best = Vec::new();
    for mut officers in by_organisation.into_values() {
        keep_best(view, &mut officers, most);
        best.append(&mut officers);
    }
    best
}

/// Keeps the first `limit` matches by key.
fn keep_best(view: &View, matches: &mut Vec<ScoredDocument>, limit: usize) {
    if matches.len() > limit && limit > 0 {
        matches.select_nth_unstable_by(limit - 1, |one, other| by_key(view, one, other));
        matches.truncate(limit);
    }
}

/// Compares matches by sort key, without making the keys.
fn by_key(view: &View, one: &ScoredDocument, other: &ScoredDocument) -> Ordering {
    other.score.cmp(&one.score).then_with(|| {
        let order = |found: &ScoredDocument| view.facts(found.segment).order(found.doc);
        order(one).cmp(&order(other))
    })
}
