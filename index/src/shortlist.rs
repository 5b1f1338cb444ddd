//! The few matches that a share can need, found without putting all of them in order.
//!
//! A question to a hundred thousand officers has tens of thousands of matches, and a page shows ten. Ranking decides what
//! they are; here only those are left out of which it can be proved that they cannot be among the first, nor change the rank
//! of one that is. The proofs stand with the steps.

use std::cmp::{Ordering, Reverse};
use std::collections::HashMap;

use crate::arrange::{LAST_RANK, LAST_RANK_FROM, is_municipal};
use crate::plan::Plan;
use crate::question::Grouping;
use crate::score::Score;
use crate::share::MOST_MEMBERS;
use crate::view::{Found, View};

/// How many members each group of municipal desks has.
pub(crate) fn group_sizes(view: &View, plan: &Plan, found: &[Found]) -> HashMap<u64, usize> {
    let mut sizes: HashMap<u64, usize> = HashMap::new();
    for matches in found.chunk_by(|one, other| one.part == other.part) {
        let facts = view.facts(matches[0].part);
        let mut here = vec![0; facts.desks.len()];
        for number in matches.iter().filter_map(|found| desk_number(view, plan, found)) {
            here[number] += 1;
        }
        for (number, size) in (0..).zip(here).filter(|(_, size)| *size > 0) {
            *sizes.entry(*facts.desks.value(number)).or_default() += size;
        }
    }
    sizes
}

/// What can be among the first `limit` results; the own score under which everything was left out, if anything was.
///
/// The penalty for rank within an organisation leaves at least a known share of a score. So what scores less than that
/// share of the last of the first results cannot become one of them, nor change the rank of one; most matches of a long
/// question are such.
pub(crate) fn shortlist(view: &View, plan: &Plan, mut found: Vec<Found>, limit: usize) -> (Vec<Found>, Option<Score>) {
    if found.len() <= limit || limit == 0 {
        return (found, None);
    }
    if plan.is_browse {
        // Nothing changes the order of keys. One more tells that there are more.
        keep_best(view, &mut found, limit + 1);
        return (found, None);
    }
    if plan.grouping == Grouping::Flat {
        return (found, None);
    }
    let (mut singles, mut groups) = grouped(view, plan, found);
    let best_of_group = groups
        .values()
        .map(|members| members.iter().map(|found| found.score).max().unwrap_or_default());
    let mut scores: Vec<Score> = singles.iter().map(|found| found.score).chain(best_of_group).collect();
    let mut least = None;
    if scores.len() > limit {
        let (_, last, _) = scores.select_nth_unstable_by_key(limit - 1, |score| Reverse(*score));
        let enough = last.times(LAST_RANK);
        singles.retain(|found| found.score >= enough);
        groups.retain(|_, members| members.iter().any(|found| found.score >= enough));
        least = Some(enough);
    }
    let mut kept = best_of_organisations(view, plan, singles, limit);
    for mut members in groups.into_values() {
        // An answer names no more than these; how many there are has been counted.
        keep_best(view, &mut members, MOST_MEMBERS);
        kept.append(&mut members);
    }
    (kept, least)
}

/// The desk of a match: its number among the segment's, if it is one and desks are grouped.
fn desk_number(view: &View, plan: &Plan, found: &Found) -> Option<usize> {
    let facts = view.facts(found.part);
    if !is_municipal(plan, facts.of(found.doc).organisation_kind) {
        return None;
    }
    let number = facts.desk_numbers[found.doc as usize];
    (*facts.desks.value(number) != 0).then_some(number as usize)
}

/// The matches that are results of their own, and the others by group.
fn grouped(view: &View, plan: &Plan, found: Vec<Found>) -> (Vec<Found>, HashMap<u64, Vec<Found>>) {
    if !plan.municipalities.is_empty() {
        return (found, HashMap::new());
    }
    let mut singles = Vec::new();
    let mut groups: HashMap<u64, Vec<Found>> = HashMap::new();
    for matches in found.chunk_by(|one, other| one.part == other.part) {
        let facts = view.facts(matches[0].part);
        let mut here: Vec<Vec<Found>> = vec![Vec::new(); facts.desks.len()];
        for found in matches {
            match desk_number(view, plan, found) {
                Some(number) => here[number].push(*found),
                None => singles.push(*found),
            }
        }
        for (number, mut members) in (0..).zip(here).filter(|(_, members)| !members.is_empty()) {
            groups.entry(*facts.desks.value(number)).or_default().append(&mut members);
        }
    }
    (singles, groups)
}

/// Of each organisation, what can be among the first `limit`: within it, officers stay in the order of their keys, so
/// whoever has that many better ones beside him is behind them. One more tells that there are more; and among municipal ones,
/// which other registers rank too, those whose ranks can change.
fn best_of_organisations(view: &View, plan: &Plan, singles: Vec<Found>, limit: usize) -> Vec<Found> {
    let most = limit + LAST_RANK_FROM + 1;
    if singles.len() <= most {
        return singles;
    }
    let mut by_organisation = HashMap::new();
    for found in singles {
        let facts = view.facts(found.part);
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

/// Leaves the first `most` by key.
fn keep_best(view: &View, found: &mut Vec<Found>, most: usize) {
    if found.len() > most && most > 0 {
        found.select_nth_unstable_by(most - 1, |one, other| by_key(view, one, other));
        found.truncate(most);
    }
}

/// The order of sort keys, without making them.
fn by_key(view: &View, one: &Found, other: &Found) -> Ordering {
    other.score.cmp(&one.score).then_with(|| {
        let order = |found: &Found| view.facts(found.part).order(found.doc);
        order(one).cmp(&order(other))
    })
}
