//! Of what was arranged, what a share must hold, and how far that goes.

use std::collections::HashMap;

use register::identifier::OfficerName;

use crate::arrange::{Arranged, LAST_RANK_FROM, at_rank};
use crate::plan::Plan;
use crate::question::Grouping;
use crate::score::{Score, SortKey, UNIT};
use crate::share::{GroupSize, LocalGroup, MOST_MEMBERS, RankedOfficer, Reach, Share, Wanted};

/// The part of a register's matches that a share holds.
pub(crate) struct Cut {
    pub(crate) ranked: Vec<RankedOfficer>,
    pub(crate) municipal: Vec<LocalGroup>,
    pub(crate) others: Vec<GroupSize>,
    pub(crate) reach: Vec<Reach>,
}

/// Cuts `arranged` to what is `wanted`. `sizes` are those of all groups; what scores less than `least` was left out before.
pub(crate) fn cut(plan: &Plan, wanted: &Wanted, arranged: Arranged, mut sizes: HashMap<u64, usize>, least: Option<Score>) -> Cut {
    let mut reach = Vec::new();
    // No rank gives more than the score itself: what was left out stands below this, and so may what stands below it.
    let least = least.map(|least| Score(least.0 * UNIT));
    reach.extend(least.map(Reach::Score));

    // One more than the page, which tells whether there is a next one.
    let most = wanted.limit.saturating_add(1);
    let mut ranked = arranged.ranked;
    ranked.retain(|officer| {
        wanted.after.as_ref().is_none_or(|after| officer.key > after.key) && least.is_none_or(|least| officer.key.score >= least)
    });
    if ranked.len() > most {
        ranked.truncate(most);
        reach.extend(ranked.last().map(|last| Reach::Key(last.key.clone())));
    }

    let mut municipal: Vec<LocalGroup> = Vec::new();
    let mut before = Vec::new();
    let mut ahead = 0;
    let mut last_key = None;
    let mut is_whole = true;
    for (rank, mut group) in arranged.municipal.into_iter().enumerate() {
        // Further up only when fewer registers have better ones; never further down.
        let key = at_rank(plan, &group.leader, LAST_RANK_FROM);
        let is_resumed = wanted
            .after
            .as_ref()
            .and_then(|after| after.member.as_ref())
            .is_some_and(|(desk, _)| *desk == group.desk && *desk != 0);
        let is_before = !is_resumed && wanted.after.as_ref().is_some_and(|after| key <= after.key);
        let is_wanted = group.desk != 0 && wanted.groups.contains(&group.desk);
        let is_told = rank < LAST_RANK_FROM || is_resumed || is_wanted || (!is_before && ahead < most);
        if !is_told {
            if is_before {
                before.push(group.desk);
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
        // Of a large group only the first members have come this far.
        if let Some(size) = sizes.remove(&group.desk) {
            group.size = size;
        }
        keep_members(plan, wanted, &mut group);
        municipal.push(group);
    }
    if !is_whole {
        reach.extend(last_key.map(Reach::Key));
    }
    let mut others: Vec<GroupSize> = sizes
        .into_iter()
        .map(|(desk, size)| GroupSize {
            desk,
            size,
            is_before: before.contains(&desk),
        })
        .collect();
    others.sort_unstable_by_key(|other| other.desk);
    Cut {
        ranked,
        municipal,
        others,
        reach,
    }
}

/// Leaves the members of a group that an answer can need.
fn keep_members(plan: &Plan, wanted: &Wanted, group: &mut LocalGroup) {
    if group.desk == 0 {
        group.members.clear();
        return;
    }
    if plan.grouping == Grouping::Collapse {
        group.members.truncate(MOST_MEMBERS);
        return;
    }
    if let Some((desk, seen)) = wanted.after.as_ref().and_then(|after| after.member.as_ref())
        && *desk == group.desk
    {
        group.members.retain(|member| member > seen);
    }
    group.members.truncate(wanted.limit.saturating_add(1));
}

impl Share {
    /// The officers of the share that can be on the page, whatever other registers have: their entries go along.
    pub fn may_be_shown(&self, plan: &Plan, wanted: &Wanted) -> Vec<OfficerName> {
        struct Line {
            best: SortKey,
            worst: SortKey,
            names: Vec<OfficerName>,
        }
        let ranked = self.ranked.iter().map(|officer| Line {
            best: officer.key.clone(),
            worst: officer.key.clone(),
            names: vec![officer.key.name.clone()],
        });
        let municipal = self.municipal.iter().enumerate().map(|(rank, group)| Line {
            best: at_rank(plan, &group.leader, rank),
            worst: at_rank(plan, &group.leader, LAST_RANK_FROM),
            names: if plan.grouping == Grouping::Flat && group.desk != 0 {
                group.members.iter().map(|member| member.name.clone()).collect()
            } else {
                vec![group.leader.name.clone()]
            },
        });
        let is_ahead = |line: &Line| {
            wanted
                .after
                .as_ref()
                .is_none_or(|after| line.worst > after.key || after.member.is_some())
        };
        let mut lines: Vec<Line> = ranked.chain(municipal).filter(is_ahead).collect();
        lines.sort_unstable_by(|one, other| one.worst.cmp(&other.worst));
        let mut certain = 0;
        let last = lines.iter().find(|line| {
            certain += line.names.len();
            certain >= wanted.limit
        });
        let last = last.map(|line| line.worst.clone());
        let can_be = lines
            .into_iter()
            .filter(|line| last.as_ref().is_none_or(|last| line.best <= *last));
        can_be.flat_map(|line| line.names).collect()
    }
}
