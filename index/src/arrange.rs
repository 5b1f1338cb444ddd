//! From matches to the order people see: groups of municipal desks, and a penalty by rank within an organisation.
//!
//! A case often needs two or more organisations, so each further officer of one organisation counts a little less, and
//! the first page shows each organisation that the case needs. Both rules look at the ranking and not at the register,
//! so they are applied after the answers of several registers have been merged, and give what one register would.

use std::collections::HashMap;

use register::identifier::{OfficerName, OrganisationId};
use register::organisation::OrganisationKind;
use serde::{Deserialize, Serialize};

use crate::plan::Plan;
use crate::question::Grouping;
use crate::score::{Score, SortKey, UNIT};

/// What is left of a score for the first, second, … officer of one organisation, in parts of [`UNIT`].
const BY_RANK: [i64; 6] = [UNIT, 1000, 970, 940, 915, 890];
/// What is left at any rank.
pub(crate) const LAST_RANK: i64 = 870;

/// A match as it is ranked, with all that ranking looks at. What registers send each other for one question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// Its key at its own score.
    pub key: SortKey,
    /// The kind of its organisation.
    pub organisation_kind: OrganisationKind,
    /// The set of its competences as a number, at a municipality; 0 for another officer.
    pub desk: u64,
}

/// A result in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranked {
    /// Its key at the score it is ranked by.
    pub key: SortKey,
    /// The score of the entry alone.
    pub own_score: Score,
    /// All members of its group, itself first, where it stands for one.
    pub members: Vec<OfficerName>,
}

/// All candidates in the order people see. Candidates of several registers are simply put together before; an officer that
/// several of them hold must have been left in once.
pub fn arrange(plan: &Plan, mut candidates: Vec<Candidate>) -> Vec<Ranked> {
    candidates.sort_unstable_by(|one, other| one.key.cmp(&other.key));
    let no_municipality_known = plan.municipalities.is_empty();
    let mut groups: HashMap<u64, usize> = HashMap::new();
    let mut ranked: Vec<Ranked> = Vec::with_capacity(candidates.len());
    let mut ranks: HashMap<Option<OrganisationId>, usize> = HashMap::new();
    for candidate in candidates {
        let is_municipal = no_municipality_known && candidate.organisation_kind == OrganisationKind::Gemeente && !plan.is_browse;
        let desk = if is_municipal { candidate.desk } else { 0 };
        if let Some(group) = groups.get(&desk).filter(|_| desk != 0) {
            ranked[*group].members.push(candidate.key.name);
            continue;
        }
        if desk != 0 {
            groups.insert(desk, ranked.len());
        }
        // While nobody said which, all municipalities are one organisation: "uw gemeente".
        let organisation = (!is_municipal).then(|| candidate.key.name.organisation.clone());
        let rank = ranks.entry(organisation).or_default();
        let factor = if plan.is_browse {
            UNIT
        } else {
            BY_RANK.get(*rank).copied().unwrap_or(LAST_RANK)
        };
        *rank += 1;
        let own_score = candidate.key.score;
        let members = if desk == 0 {
            Vec::new()
        } else {
            vec![candidate.key.name.clone()]
        };
        ranked.push(Ranked {
            key: SortKey {
                score: own_score.times(factor),
                ..candidate.key
            },
            own_score,
            members,
        });
    }
    for result in &mut ranked {
        // One municipality's desk stands for no others.
        if result.members.len() == 1 {
            result.members.clear();
        }
    }
    ranked.sort_unstable_by(|one, other| one.key.cmp(&other.key));
    if plan.grouping == Grouping::Flat {
        flatten(ranked)
    } else {
        ranked
    }
}

/// Each group as its members in order, at the place of the group.
///
/// A member carries the group's key with its own name, so that keys still ascend; members are in the order of names then.
fn flatten(ranked: Vec<Ranked>) -> Vec<Ranked> {
    let mut flat = Vec::with_capacity(ranked.len());
    for result in ranked {
        if result.members.is_empty() {
            flat.push(result);
            continue;
        }
        for name in result.members {
            let key = SortKey {
                name,
                ..result.key.clone()
            };
            flat.push(Ranked {
                key,
                own_score: result.own_score,
                members: Vec::new(),
            });
        }
    }
    flat
}
