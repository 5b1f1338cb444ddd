//! Diversifies results: a penalty by rank within an organisation, and groups of municipal officers.
//!
//! A case often needs several organisations. Each further officer of one organisation therefore scores a little lower, so
//! that the first page shows all the organisations that the case needs. While no municipality is given, all municipalities
//! count as one organisation, "uw gemeente", and municipal officers with the same competences form one result.
//!
//! A ranked score is the own score times the factor of the rank, without rounding. So within an organisation, ranked keys
//! have the order of the keys at own scores. Merging relies on that.

use register::identifier::OrganisationId;
use register::organisation::OrganisationKind;

use super::groups::{LocalGroup, RankedOfficer, has_municipal_results};
use crate::hash::HashMap;
use crate::plan::Plan;
use crate::sort_key::{Score, SortKey, UNIT};
use crate::weights::RANKS;

/// The first rank with the last factor.
pub(crate) const LAST_RANK_FROM: usize = RANKS;

/// A match with all that ranking depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RankCandidate {
    /// The key at its own score.
    pub(crate) key: SortKey,
    pub(crate) organisation_kind: OrganisationKind,
    /// The competence set hash of a municipal officer; 0 for others.
    pub(crate) competence_set: u64,
}

/// The diversified matches of one register.
#[derive(Default)]
pub(crate) struct DiversifiedMatches {
    /// The officers that are ranked within their organisation, best first.
    pub(super) ranked: Vec<RankedOfficer>,
    /// The municipal groups in order of their leaders. Their ranks depend on all registers.
    pub(super) municipal: Vec<LocalGroup>,
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

/// Whether officers of this kind of organisation are ranked and grouped together: municipal ones, while no municipality is
/// given.
fn is_municipal(plan: &Plan, kind: OrganisationKind) -> bool {
    has_municipal_results(plan) && kind == OrganisationKind::Gemeente
}

/// Ranks and groups the candidates of one register.
pub(crate) fn diversify(plan: &Plan, mut candidates: Vec<RankCandidate>) -> DiversifiedMatches {
    candidates.sort_unstable_by(|one, other| one.key.cmp(&other.key));
    let mut diversified = DiversifiedMatches::default();
    let mut groups: HashMap<u64, usize> = HashMap::default();
    let mut ranks: HashMap<OrganisationId, usize> = HashMap::default();
    for RankCandidate {
        key,
        organisation_kind,
        competence_set,
    } in candidates
    {
        if !is_municipal(plan, organisation_kind) {
            let rank = ranks.entry(key.name.organisation.clone()).or_default();
            diversified.ranked.push(RankedOfficer {
                key: at_rank(plan, &key, *rank),
                own_score: key.score,
            });
            *rank += 1;
            continue;
        }
        let known = groups.get(&competence_set).filter(|_| competence_set != 0);
        if let Some(group) = known.and_then(|at| diversified.municipal.get_mut(*at)) {
            group.size += 1;
            group.members.push(key);
            continue;
        }
        groups.insert(competence_set, diversified.municipal.len());
        diversified.municipal.push(LocalGroup {
            competence_set,
            leader: key.clone(),
            size: 1,
            members: vec![key],
        });
    }
    diversified.ranked.sort_unstable_by(|one, other| one.key.cmp(&other.key));
    diversified
}
