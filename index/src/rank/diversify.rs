//! Diversifies results: a penalty by rank within an organisation, and groups of municipal officers.
//!
//! A case often needs several organisations. Each further officer of one organisation therefore scores a little lower, so
//! that the first page shows all the organisations that the case needs. While no municipality is given, all municipalities
//! count as one organisation, "uw gemeente", and municipal officers with the same competences form one result.
//!
//! A ranked score is the own score times the factor of the rank, without rounding. So within an organisation, ranked keys
//! have the order of the keys at own scores. Merging relies on that.

use std::cmp::Ordering;

use fixedbitset::FixedBitSet;
use register::identifier::OrganisationId;

use super::collect::Matches;
use super::groups::{LocalGroup, MAX_MEMBERS, RankedOfficer};
use super::scored::{ScoredDocument, by_key, by_order};
use crate::hash::HashMap;
use crate::plan::Plan;
use crate::segment::GroupNumber;
use crate::segment::view::View;
use crate::sort_key::{Score, SortKey, UNIT};

/// The diversified matches of one register.
pub(crate) struct DiversifiedMatches {
    /// The officers that are ranked within their organisation, best first.
    pub(super) ranked: Vec<RankedOfficer>,
    /// The municipal groups in order of their leaders. Their ranks depend on all registers.
    pub(super) municipal: Vec<LocalGroup>,
    /// The score below which results may be missing.
    pub(super) min_score: Option<Score>,
}

/// The factor of a result at a rank within its organisation, counted from 0, in multiples of 1/[`UNIT`].
pub(crate) fn rank_factor(plan: &Plan, rank: usize) -> i64 {
    if plan.is_browse {
        UNIT
    } else {
        let weights = &plan.weights.scoring;
        weights.ranks.get(rank).copied().unwrap_or(weights.last_rank)
    }
}

/// Returns the key of a result at a rank within its organisation, counted from 0.
pub(crate) fn at_rank(plan: &Plan, own: &SortKey, rank: usize) -> SortKey {
    SortKey {
        score: Score(own.score.0 * rank_factor(plan, rank)),
        ..own.clone()
    }
}

/// Ranks and groups the matches of one register.
pub(crate) fn diversify(plan: &Plan, matches: &Matches<'_>) -> DiversifiedMatches {
    let min_score = matches.min_score(plan);
    let reaches = |found: &ScoredDocument| min_score.is_none_or(|lowest| found.score >= lowest);
    DiversifiedMatches {
        ranked: rank(plan, matches, reaches),
        municipal: group(matches, reaches),
        min_score,
    }
}

/// A match and its score at its rank, in multiples of 1/[`UNIT`] squared.
type RankedDocument = (i64, ScoredDocument);

/// Ranks the officers that are not grouped within their organisations, and returns the first ones in order.
///
/// All officers of an organisation are here, so their ranks are known. They have the order of their keys, so with an officer
/// all that rank before it in its organisation are kept too, and their ranks do not change.
fn rank(plan: &Plan, matches: &Matches<'_>, reaches: impl Fn(&ScoredDocument) -> bool) -> Vec<RankedOfficer> {
    let view = matches.view;
    // One more than is wanted shows that there are more.
    let wanted = matches.wanted.map(|wanted| wanted + 1);
    let by_rank = |(one, found): &RankedDocument, (other, other_found): &RankedDocument| {
        other.cmp(one).then_with(|| by_order(view, found, other_found))
    };
    let mut ranked: Vec<RankedDocument> = Vec::new();
    for mut officers in by_organisation(view, matches.singles.iter().filter(|found| reaches(found))) {
        keep_best(&mut officers, wanted, |one, other| by_key(view, one, other));
        officers.sort_unstable_by(|one, other| by_key(view, one, other));
        let officers = officers.into_iter().enumerate();
        ranked.extend(officers.map(|(rank, found)| (found.score.0 * rank_factor(plan, rank), found)));
    }
    keep_best(&mut ranked, wanted, by_rank);
    ranked.sort_unstable_by(by_rank);
    let officers = ranked.into_iter().map(|(score, found)| RankedOfficer {
        key: view.facts(found.segment).key(found.doc, Score(score)),
        own_score: found.score,
    });
    officers.collect()
}

/// Divides matches by organisation, whatever its number in each segment.
fn by_organisation<'a>(view: &View, matches: impl Iterator<Item = &'a ScoredDocument>) -> Vec<Vec<ScoredDocument>> {
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

/// Groups the municipal officers, and returns the first groups in order of their leaders.
fn group(matches: &Matches<'_>, reaches: impl Fn(&ScoredDocument) -> bool) -> Vec<LocalGroup> {
    let view = matches.view;
    let hashes = view.competence_sets.hashes();
    let by_key = |one: &ScoredDocument, other: &ScoredDocument| by_key(view, one, other);
    let mut groups: Vec<GatheredGroup> = gather(matches, reaches);
    for group in &mut groups {
        // A result names no more members than these.
        keep_best(&mut group.members, matches.wanted.map(|_| MAX_MEMBERS), by_key);
        group.members.sort_unstable_by(by_key);
    }
    groups.sort_unstable_by(|one, other| by_key(&one.members[0], &other.members[0]));
    let key = |found: &ScoredDocument| view.facts(found.segment).key(found.doc, found.score);
    let groups = groups.iter().map(|group| LocalGroup {
        competence_set: hashes.of(group.number),
        leader: key(&group.members[0]),
        size: group.size,
        members: group.members.iter().map(key).collect(),
    });
    groups.collect()
}

/// The matches of one group.
struct GatheredGroup {
    number: GroupNumber,
    size: usize,
    members: Vec<ScoredDocument>,
}

/// Gathers the members of the groups that can be needed. An officer in no group is alone in its own.
fn gather(matches: &Matches<'_>, reaches: impl Fn(&ScoredDocument) -> bool) -> Vec<GatheredGroup> {
    let alone = |number: GroupNumber, found: &ScoredDocument| GatheredGroup {
        number,
        size: 1,
        members: vec![*found],
    };
    let view = matches.view;
    let mut gathered: Vec<GatheredGroup> = Vec::new();
    let needed = matches.leaders().map(|leaders| {
        let mut needed = FixedBitSet::with_capacity(view.competence_sets.places());
        needed.extend(matches.groups_of_needs());
        for leader in leaders.iter().filter(|leader| reaches(&leader.found)) {
            match leader.group.place() {
                Some(place) => needed.insert(place),
                None => gathered.push(alone(leader.group, &leader.found)),
            }
        }
        needed
    });
    let mut numbers: HashMap<usize, usize> = HashMap::default();
    for (number, found) in matches.municipal() {
        let Some(place) = number.place() else {
            if needed.is_none() {
                gathered.push(alone(number, found));
            }
            continue;
        };
        if needed.as_ref().is_some_and(|needed| !needed.contains(place)) {
            continue;
        }
        if let Some(known) = numbers.get(&place) {
            let group = &mut gathered[*known];
            group.size += 1;
            group.members.push(*found);
        } else {
            numbers.insert(place, gathered.len());
            gathered.push(alone(number, found));
        }
    }
    gathered
}

/// Keeps the first `limit` values in an order, in any order; all of them if there is no limit.
fn keep_best<T>(values: &mut Vec<T>, limit: Option<usize>, mut order: impl FnMut(&T, &T) -> Ordering) {
    if let Some(limit) = limit.filter(|limit| *limit > 0 && values.len() > *limit) {
        values.select_nth_unstable_by(limit - 1, |one, other| order(one, other));
        values.truncate(limit);
    }
}
