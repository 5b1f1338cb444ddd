//! From matches to the order people see: groups of municipal desks, and a penalty by rank within an organisation.
//!
//! A case often needs two or more organisations, so each further officer of one organisation counts a little less, and
//! the first page shows each organisation that the case needs. While nobody said which municipality is meant, all
//! municipalities are one organisation, "uw gemeente", and the same desk of several is one result.
//!
//! A ranked score is the score times the factor of the rank, and is not rounded. So within an organisation the order of
//! ranked keys is the order of keys at own scores, whatever the factors are: what merging relies on.

use std::collections::HashMap;

use register::identifier::OrganisationId;
use register::organisation::OrganisationKind;

use crate::plan::Plan;
use crate::score::{Score, SortKey, UNIT};
use crate::share::{LocalGroup, RankedOfficer};

/// What is left of a score for the first, second, … officer of one organisation, in parts of [`UNIT`].
const BY_RANK: [i64; 6] = [UNIT, 1000, 970, 940, 915, 890];
/// What is left at any rank.
pub(crate) const LAST_RANK: i64 = 870;
/// From this rank on nothing more is taken.
pub(crate) const LAST_RANK_FROM: usize = BY_RANK.len();

/// A match with all that ranking looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// Its key at its own score.
    pub(crate) key: SortKey,
    pub(crate) organisation_kind: OrganisationKind,
    /// The set of its competences as a number, at a municipality; 0 for another officer.
    pub(crate) desk: u64,
}

/// The matches of one register in their order.
#[derive(Default)]
pub(crate) struct Arranged {
    /// Those that are ranked within their organisation, best first.
    pub(crate) ranked: Vec<RankedOfficer>,
    /// The municipal ones in order of their leaders; their ranks are known when those of all registers are.
    pub(crate) municipal: Vec<LocalGroup>,
}

/// The key of a result that is the `rank`th of its organisation.
pub(crate) fn at_rank(plan: &Plan, own: &SortKey, rank: usize) -> SortKey {
    let factor = if plan.is_browse {
        UNIT
    } else {
        BY_RANK.get(rank).copied().unwrap_or(LAST_RANK)
    };
    SortKey {
        score: Score(own.score.0 * factor),
        ..own.clone()
    }
}

/// Whether municipal officers are ranked and grouped together: nobody said which municipality is meant.
pub(crate) fn is_municipal(plan: &Plan, kind: OrganisationKind) -> bool {
    plan.municipalities.is_empty() && kind == OrganisationKind::Gemeente && !plan.is_browse
}

/// All candidates of one register, arranged.
pub(crate) fn arrange(plan: &Plan, mut candidates: Vec<Candidate>) -> Arranged {
    candidates.sort_unstable_by(|one, other| one.key.cmp(&other.key));
    let mut arranged = Arranged::default();
    let mut groups: HashMap<u64, usize> = HashMap::new();
    let mut ranks: HashMap<OrganisationId, usize> = HashMap::new();
    for Candidate {
        key,
        organisation_kind,
        desk,
    } in candidates
    {
        if !is_municipal(plan, organisation_kind) {
            let rank = ranks.entry(key.name.organisation.clone()).or_default();
            arranged.ranked.push(RankedOfficer {
                key: at_rank(plan, &key, *rank),
                own_score: key.score,
            });
            *rank += 1;
            continue;
        }
        let known = groups.get(&desk).filter(|_| desk != 0);
        if let Some(group) = known.and_then(|at| arranged.municipal.get_mut(*at)) {
            group.size += 1;
            group.members.push(key);
            continue;
        }
        groups.insert(desk, arranged.municipal.len());
        arranged.municipal.push(LocalGroup {
            desk,
            leader: key.clone(),
            size: 1,
            members: vec![key],
        });
    }
    arranged.ranked.sort_unstable_by(|one, other| one.key.cmp(&other.key));
    arranged
}
