//! Shortlists the matches that a share can need, without sorting all of them (top-k selection).
//!
//! A question to a hundred thousand officers has tens of thousands of matches, and a page shows ten. This step only drops
//! matches that provably can neither be among the first results nor change the rank of one that is. Ranking decides the
//! rest. The proofs are with the steps.

use std::cmp::Ordering;

use register::identifier::OrganisationId;

use super::best_scores::BestScores;
use super::diversify::{LAST_RANK_FROM, rank_factor};
use super::grouped::{MatchCounts, ScoredDocument, visit_groups};
use super::groups::{MAX_MEMBERS, has_municipal_results};
use crate::hash::HashMap;
use crate::plan::{Grouping, Plan};
use crate::segment::view::View;
use crate::sort_key::Score;

/// Returns the matches that can be among the first `wanted` results, and the own score below which matches were dropped.
///
/// The penalty for rank within an organisation leaves at least a known fraction of a score. A match that scores less than
/// this fraction of the last of the first results can neither become one of them nor change the rank of one. Most matches
/// of a long question are below it. `counts` are those of all matches for the same number of results; `matches` may lack
/// those that [`MatchCounts::add`] does not need.
pub(crate) fn shortlist(
    view: &View,
    plan: &Plan,
    mut matches: Vec<ScoredDocument>,
    counts: &MatchCounts,
    wanted: usize,
) -> (Vec<ScoredDocument>, Option<Score>) {
    if counts.total <= wanted || wanted == 0 || (plan.grouping == Grouping::Flat && !plan.is_browse) {
        return (matches, None);
    }
    if plan.is_browse {
        // Ranking does not change the order of keys. One more match shows that there are more.
        keep_best(view, &mut matches, wanted + 1);
        return (matches, None);
    }
    let min_score = min_score(plan, counts);
    let reaches = |score: Score| min_score.is_none_or(|lowest| score >= lowest);
    let lowest_leader = lowest_leader(plan, counts, wanted.max(LAST_RANK_FROM) + 1);
    let leads = |score: Score| reaches(score) && lowest_leader.is_none_or(|lowest| score >= lowest);
    let (mut singles, mut municipal, mut members) = (Vec::new(), Vec::new(), Vec::new());
    if has_municipal_results(plan) {
        visit_groups(view, &matches, |found, group| {
            if let Some(place) = group.place() {
                if leads(counts.groups.best(place)) {
                    members.push((place, *found));
                }
            } else if !group.is_municipal() {
                if reaches(found.score) {
                    singles.push(*found);
                }
            } else if leads(found.score) {
                municipal.push(*found);
            }
        });
    } else {
        singles.extend(matches.into_iter().filter(|found| reaches(found.score)));
    }
    // One more than is wanted shows that there are more.
    let mut kept = best_ranked(view, plan, &singles, wanted + 1);
    kept.append(&mut municipal);
    members.sort_unstable_by_key(|(place, _)| *place);
    for members in members.chunk_by(|(one, _), (other, _)| one == other) {
        let mut members = members.iter().map(|(_, found)| *found).collect();
        // A result names no more members than these, and the sizes have been counted.
        keep_best(view, &mut members, MAX_MEMBERS);
        kept.append(&mut members);
    }
    (kept, min_score)
}

/// Returns the score below which nothing matters for the results that were counted; `None` if everything can.
fn min_score(plan: &Plan, counts: &MatchCounts) -> Option<Score> {
    let mut best = counts.best_singles.clone();
    counts.leader_scores().for_each(|score| best.add(score));
    Some(best.lowest()?.times(plan.weights.scoring.last_rank))
}

/// Returns the lowest score of the first `wanted` leaders of municipal results. A share has no further ones: the ranks of
/// municipal results depend on other registers too, but only by the first few of each.
fn lowest_leader(plan: &Plan, counts: &MatchCounts, wanted: usize) -> Option<Score> {
    let mut best = BestScores::new(wanted, plan.weights.scoring.last_rank);
    counts.leader_scores().for_each(|score| best.add(score));
    best.lowest()
}

/// Returns the first `wanted` of the matches that are ranked within their organisation, in any order.
///
/// All officers of an organisation are here, so their ranks are known. They have the order of their keys, so with an officer
/// all that rank before it in its organisation are kept too, and their ranks do not change.
fn best_ranked(view: &View, plan: &Plan, singles: &[ScoredDocument], wanted: usize) -> Vec<ScoredDocument> {
    let mut ranked: Vec<(i64, ScoredDocument)> = Vec::new();
    for mut officers in by_organisation(view, singles) {
        keep_best(view, &mut officers, wanted);
        officers.sort_unstable_by(|one, other| by_key(view, one, other));
        let officers = officers.into_iter().enumerate();
        ranked.extend(officers.map(|(rank, found)| (found.score.0 * rank_factor(plan, rank), found)));
    }
    if ranked.len() > wanted {
        ranked.select_nth_unstable_by(wanted - 1, |(one, found), (other, other_found)| {
            other.cmp(one).then_with(|| by_order(view, found, other_found))
        });
        ranked.truncate(wanted);
    }
    ranked.into_iter().map(|(_, found)| found).collect()
}

/// Divides matches by organisation, whatever its number in each segment.
fn by_organisation(view: &View, matches: &[ScoredDocument]) -> Vec<Vec<ScoredDocument>> {
    let mut places: HashMap<&OrganisationId, usize> = HashMap::default();
    let mut places_in_segment: Vec<Option<usize>> = Vec::new();
    let mut segment = None;
    let mut officers: Vec<Vec<ScoredDocument>> = Vec::new();
    for found in matches {
        let facts = view.facts(found.segment);
        if segment != Some(found.segment) {
            segment = Some(found.segment);
            places_in_segment.clear();
            places_in_segment.resize(facts.organisations.len(), None);
        }
        let number = facts.class(found.doc).organisation;
        let place = *places_in_segment[number as usize].get_or_insert_with(|| {
            let next = places.len();
            *places.entry(facts.organisations.value(number)).or_insert(next)
        });
        if place == officers.len() {
            officers.push(Vec::new());
        }
        officers[place].push(*found);
    }
    officers
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
    other.score.cmp(&one.score).then_with(|| by_order(view, one, other))
}

/// Compares matches by what orders those of equal score.
fn by_order(view: &View, one: &ScoredDocument, other: &ScoredDocument) -> Ordering {
    let facts = |found: &ScoredDocument| view.facts(found.segment);
    facts(one).compare(one.doc, facts(other), other.doc)
}
