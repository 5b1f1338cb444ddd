//! Truncates diversified results to a share, and records its bounds.

use super::collect::Matches;
use super::diversify::{DiversifiedMatches, at_rank};
use super::groups::{GroupSize, LAST_RANK_FROM, LocalGroup, MAX_MEMBERS, RankedOfficer, ShareBound};
use super::needs::BestForNeed;
use super::paging::ShareRequest;
use crate::hash::HashSet;
use crate::plan::{Grouping, Plan};
use crate::sort_key::{Score, UNIT};

/// The results of a register that a share holds.
pub(crate) struct TruncatedResults {
    pub(crate) ranked: Vec<RankedOfficer>,
    pub(crate) municipal: Vec<LocalGroup>,
    pub(crate) others: Vec<GroupSize>,
    pub(crate) other_groups: usize,
    pub(crate) best_for_needs: Vec<BestForNeed>,
    pub(crate) bounds: Vec<ShareBound>,
}

/// Truncates `diversified`, which was made of `matches`, to what `request` needs.
pub(crate) fn truncate(
    plan: &Plan,
    request: &ShareRequest,
    matches: &Matches<'_>,
    diversified: DiversifiedMatches,
) -> TruncatedResults {
    let mut bounds = Vec::new();
    // A rank never raises a score, so everything that was left out is below this bound.
    let min_score = diversified.min_score.map(|min_score| Score(min_score.0 * UNIT));
    bounds.extend(min_score.map(ShareBound::Score));

    // One more than the page shows whether there is a next one.
    let most = request.limit.saturating_add(1);
    let mut ranked = diversified.ranked;
    ranked.retain(|officer| {
        request.after.as_ref().is_none_or(|after| officer.key > after.key)
            && min_score.is_none_or(|min_score| officer.key.score >= min_score)
    });
    if ranked.len() > most {
        ranked.truncate(most);
        bounds.extend(ranked.last().map(|last| ShareBound::Key(last.key.clone())));
    }

    let best_for_needs = matches.best_for_needs();
    let mut municipal: Vec<LocalGroup> = Vec::new();
    let (mut included, mut before) = (HashSet::default(), HashSet::default());
    let mut ahead = 0;
    let mut last_key = None;
    let mut is_whole = true;
    for (rank, mut group) in diversified.municipal.into_iter().enumerate() {
        // The lowest rank that it can have among all registers.
        let key = at_rank(plan, &group.leader, LAST_RANK_FROM);
        let set = group.competence_set;
        let is_resumed = request.after.as_ref().is_some_and(|after| after.is_within(set));
        let is_before = !is_resumed && request.after.as_ref().is_some_and(|after| key <= after.key);
        let is_requested = set != 0 && request.groups.contains(&set);
        let is_best = set != 0 && best_for_needs.iter().any(|best| best.competence_set == set);
        let is_included = rank < LAST_RANK_FROM || is_resumed || is_requested || is_best || (!is_before && ahead < most);
        if !is_included {
            if is_before {
                before.insert(set);
            } else {
                is_whole = false;
            }
            continue;
        }
        if !is_before {
            ahead += 1;
            if is_whole {
                last_key = Some(key);
            }
        }
        if set != 0 {
            included.insert(set);
        }
        truncate_members(plan, request, &mut group);
        municipal.push(group);
    }
    if !is_whole {
        bounds.extend(last_key.map(ShareBound::Key));
    }
    let other_groups = matches.groups() - included.len();
    let others = if request.is_alone {
        Vec::new()
    } else {
        let sizes = matches.group_sizes().into_iter();
        let sizes = sizes.filter(|(competence_set, _)| !included.contains(competence_set));
        let other = |(competence_set, size)| GroupSize {
            competence_set,
            size,
            is_before: before.contains(&competence_set),
        };
        sizes.map(other).collect()
    };
    TruncatedResults {
        ranked,
        municipal,
        others,
        other_groups,
        best_for_needs,
        bounds,
    }
}

/// Keeps the members of a group that a page can need.
fn truncate_members(plan: &Plan, request: &ShareRequest, group: &mut LocalGroup) {
    if group.competence_set == 0 {
        group.members.clear();
        return;
    }
    if plan.grouping == Grouping::Collapse {
        group.members.truncate(MAX_MEMBERS);
        return;
    }
    if let Some((set, seen)) = request.after.as_ref().and_then(|after| after.member.as_ref())
        && *set == group.competence_set
    {
        group.members.retain(|member| member > seen);
    }
    group.members.truncate(request.limit.saturating_add(1));
}
