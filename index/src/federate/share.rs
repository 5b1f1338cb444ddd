//! The contribution of one register to the results.
//!
//! A register scores a plan against its own officers and returns a share: its best results, the number of all results, and
//! the bounds up to which the share is complete. [`merge`](super::merge()) combines the shares of several registers, or of one.
//! All officers of an organisation are in one register, so their ranks within it are final here. Only "uw gemeente" spans
//! registers: for municipal groups a share has the leaders and members, and merging determines their ranks.

use register::identifier::OfficerName;
use register::position::Position;

use crate::plan::{Grouping, Plan};
use crate::rank::{
    BestForNeed, Facets, GroupSize, LAST_RANK_FROM, LocalGroup, RankedOfficer, ShareBound, ShareRequest, at_rank, first_for_need,
};
use crate::sort_key::SortKey;

/// The contribution of one register to the results.
#[derive(Clone, Debug, PartialEq)]
pub struct Share {
    /// The position of the register that the share shows.
    pub position: Position,
    /// Whether nothing reached the lowest score of the plan, so that these are weaker matches. They count only if no register
    /// has better ones.
    pub is_lenient: bool,
    /// The number of matching officers.
    pub total: usize,
    /// The number of results that are not groups.
    pub singles: usize,
    /// The facets, if requested.
    pub facets: Facets,
    /// The best results that are ranked within their organisation, best first.
    pub ranked: Vec<RankedOfficer>,
    /// The best municipal results, in order of their leaders.
    pub municipal: Vec<LocalGroup>,
    /// The groups of which the share has only the size; none if it answers [alone](ShareRequest::is_alone).
    pub others: Vec<GroupSize>,
    /// The number of groups of which the share has only the size or nothing.
    pub other_groups: usize,
    /// The best officer for each need that has one, in order of the needs. Its group, if it is in one, is among the municipal
    /// results.
    pub best_for_needs: Vec<BestForNeed>,
    /// The bounds of the share: a result within all of them is in the share. Empty if the share is complete.
    pub bounds: Vec<ShareBound>,
}

/// A result with the best and worst rank that it can have among all registers.
struct RankRange {
    best: SortKey,
    worst: SortKey,
    names: Vec<OfficerName>,
}

impl Share {
    /// Returns the officers of the share that can be on the page, whatever other registers have, so that their entries can be
    /// sent along.
    pub fn may_be_shown(&self, plan: &Plan, request: &ShareRequest) -> Vec<OfficerName> {
        let ranked = self.ranked.iter().map(|officer| RankRange {
            best: officer.key.clone(),
            worst: officer.key.clone(),
            names: vec![officer.key.name.clone()],
        });
        let municipal = self.municipal.iter().enumerate().map(|(rank, group)| RankRange {
            best: at_rank(plan, &group.leader, rank),
            worst: at_rank(plan, &group.leader, LAST_RANK_FROM),
            names: if plan.grouping == Grouping::Flat && group.competence_set != 0 {
                group.members.iter().map(|member| member.name.clone()).collect()
            } else {
                vec![group.leader.name.clone()]
            },
        });
        let is_ahead = |range: &RankRange| {
            request
                .after
                .as_ref()
                .is_none_or(|after| range.worst > after.key || after.member.is_some())
        };
        let mut ranges: Vec<RankRange> = ranked.chain(municipal).filter(is_ahead).collect();
        ranges.sort_unstable_by(|one, other| one.worst.cmp(&other.worst));
        let mut certain = 0;
        let last = ranges.iter().find(|range| {
            certain += range.names.len();
            certain >= request.limit
        });
        let last = last.map(|range| range.worst.clone());
        let can_be = ranges
            .into_iter()
            .filter(|range| last.as_ref().is_none_or(|last| range.best <= *last));
        let first = self.best_for_needs.iter();
        let first = first.filter(|best| {
            request
                .after
                .as_ref()
                .is_none_or(|after| first_for_need(&best.key) > after.key)
        });
        let mut names: Vec<OfficerName> = first.map(|best| best.key.name.clone()).collect();
        names.extend(can_be.flat_map(|range| range.names));
        names
    }
}
