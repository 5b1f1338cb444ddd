//! Merges the shares of several registers, or of one, into a page of results.
//!
//! The page equals that of a single register with all the officers in every part: hits, order, groups, counts and cursors.
//! It depends on the content of the shares, and not on the order in which they arrive. It is exact because:
//!
//! - Scores are local. So are ranks within an organisation, because all its officers are in one register.
//! - The rank of a municipal result is the number of better ones in all registers. Only the first few ranks have different
//!   factors, and each share has its own first few; all other results have the factor of the last rank.
//! - The best officer for each need of the plan, before all other results, is the best of those that the shares name.
//! - A share has bounds. A page is complete if it ends within the bounds of every share; otherwise [`MergedPage::missing`]
//!   says what to request again.

use std::collections::{BTreeMap, BTreeSet};

use register::identifier::OfficerName;

use super::share::Share;
use crate::hash::{HashMap, HashSet};
use crate::plan::{Grouping, Plan};
use crate::rank::{
    BestForNeed, Facets, Group, LAST_RANK_FROM, LocalGroup, MAX_MEMBERS, PageCursor, Paging, RankedOfficer, RankedResult,
    ShareBound, ShareRequest, at_rank, first_for_need,
};
use crate::sort_key::{Score, SortKey, UNIT};

/// A page that was merged from shares.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MergedPage {
    /// The results, best first.
    pub page: Vec<RankedResult>,
    /// The number of matching officers, including members of groups.
    pub total: usize,
    /// The number of results: a group counts as one, or in a flat list as its members.
    pub results: usize,
    /// The facets.
    pub facets: Facets,
    /// The cursor of the next page; `None` on the last.
    pub next: Option<PageCursor>,
    /// What the page lacks: the number of a share, and the request that the register must answer instead.
    pub missing: Vec<(usize, ShareRequest)>,
}

/// Merges one share of each register, with the request that it answers, into the page of `paging`.
pub fn merge(plan: &Plan, paging: &Paging, shares: &[(&Share, &ShareRequest)]) -> MergedPage {
    // Weak matches count only if no register has better ones.
    let is_strict = shares.iter().any(|(share, _)| !share.is_lenient && share.total > 0);
    let counted = |share: &Share| !(is_strict && share.is_lenient);
    let counting = || shares.iter().enumerate().filter(|(_, (share, _))| counted(share));

    let first = FirstForNeeds::of(counting().map(|(number, (share, _))| (number, *share)));
    let mut groups = MunicipalGroups::default();
    let mut merged = MergedPage::default();
    let mut results: Vec<MergedResult> = Vec::new();
    let mut facets = Vec::new();
    for (number, (share, _)) in counting() {
        merged.total += share.total;
        merged.results += share.singles;
        facets.push(&share.facets);
        let ranked = share
            .ranked
            .iter()
            .filter(|officer| !first.singles.contains_key(&officer.key.name));
        results.extend(ranked.map(|officer| MergedResult::single(number, officer)));
        groups.add_known(number, share);
    }
    if counting().nth(1).is_some() {
        counting().for_each(|(number, (share, _))| groups.add_sizes(number, share));
    } else {
        // A share has each group once, so there is nothing to sum.
        groups.of_only_share = counting().map(|(_, (share, _))| share.other_groups).sum();
    }
    merged.facets = match facets[..] {
        [only] => only.clone(),
        _ => Facets::sum(facets),
    };
    merged.results += groups.count();
    let is_flat = plan.grouping == Grouping::Flat;
    if is_flat {
        merged.results = merged.total;
    }
    results.extend(
        first
            .singles
            .values()
            .map(|(number, best)| MergedResult::first(*number, best)),
    );
    results.extend(groups.ranked(plan, paging.after.as_ref(), &first.groups));
    results.retain(|result| match &paging.after {
        None => true,
        Some(after) => result.key > after.key || result.is_resumed_at(after),
    });
    results.sort_unstable_by(|one, other| one.key.cmp(&other.key));

    // One more than the page shows whether there is a next one.
    let wanted = paging.limit.saturating_add(1);
    let mut items: Vec<(usize, PageItem)> = Vec::new();
    for (at, result) in results.iter().enumerate() {
        if items.len() >= wanted {
            break;
        }
        if is_flat {
            items.extend(result.flat(paging.after.as_ref()).map(|item| (at, item)));
        } else {
            items.push((at, result.collapsed()));
        }
    }
    items.truncate(wanted);
    let last = (items.len() == wanted)
        .then(|| items.last().map(|(at, _)| results[*at].key.clone()))
        .flatten();
    let mut missing: BTreeMap<usize, ShareRequest> = BTreeMap::new();
    for (number, (share, asked)) in counting() {
        let is_covered = |bound: &ShareBound| last.as_ref().is_some_and(|last| bound.covers(last));
        if !share.bounds.iter().all(is_covered) {
            let limit = asked.limit.saturating_mul(4).max(16);
            missing.entry(number).or_insert_with(|| (*asked).clone()).limit = limit;
        }
    }
    for (at, _) in items.iter().take(paging.limit) {
        for number in &results[*at].incomplete {
            let more = missing.entry(*number).or_insert_with(|| shares[*number].1.clone());
            if !more.groups.contains(&results[*at].competence_set) {
                more.groups.push(results[*at].competence_set);
            }
        }
    }
    let has_more = items.len() > paging.limit;
    items.truncate(paging.limit);
    merged.next = items.last().filter(|_| has_more).map(|(_, item)| item.cursor.clone());
    merged.page = items.into_iter().map(|(_, item)| item.ranked).collect();
    merged.missing = missing.into_iter().collect();
    merged
}

/// The results that are the first for a need, each with the number of its share.
#[derive(Default)]
struct FirstForNeeds<'a> {
    /// Those of one officer, by its name.
    singles: BTreeMap<&'a OfficerName, (usize, &'a BestForNeed)>,
    /// The competence set hashes of those that are groups.
    groups: BTreeSet<u64>,
}

impl<'a> FirstForNeeds<'a> {
    /// Chooses the best officer for each need of those that the shares name.
    fn of(shares: impl Iterator<Item = (usize, &'a Share)>) -> Self {
        let mut best: BTreeMap<usize, (usize, &BestForNeed)> = BTreeMap::new();
        for (number, share) in shares {
            for candidate in &share.best_for_needs {
                let known = best.entry(candidate.need).or_insert((number, candidate));
                if candidate.key < known.1.key {
                    *known = (number, candidate);
                }
            }
        }
        let mut first = Self::default();
        for (number, best) in best.into_values() {
            if best.competence_set == 0 {
                first.singles.insert(&best.key.name, (number, best));
            } else {
                first.groups.insert(best.competence_set);
            }
        }
        first
    }
}

/// A result of all registers.
struct MergedResult {
    share: usize,
    /// The place in the order of results.
    key: SortKey,
    /// Whether it is the first for a need.
    is_first: bool,
    own_score: Score,
    competence_set: u64,
    size: usize,
    /// The known members, best first, each with the number of its share.
    members: Vec<(SortKey, usize)>,
    /// The numbers of the shares that have only the size of the group.
    incomplete: Vec<usize>,
}

/// An item of the page.
struct PageItem {
    ranked: RankedResult,
    cursor: PageCursor,
}

impl MergedResult {
    fn single(share: usize, officer: &RankedOfficer) -> Self {
        Self {
            share,
            key: officer.key.clone(),
            is_first: false,
            own_score: officer.own_score,
            competence_set: 0,
            size: 1,
            members: Vec::new(),
            incomplete: Vec::new(),
        }
    }

    /// An officer who is the first for a need.
    fn first(share: usize, best: &BestForNeed) -> Self {
        let officer = RankedOfficer {
            key: first_for_need(&best.key),
            own_score: best.key.score,
        };
        Self {
            is_first: true,
            ..Self::single(share, &officer)
        }
    }

    /// Whether it is the group within which a flat page ended.
    fn is_resumed_at(&self, after: &PageCursor) -> bool {
        after.is_within(self.competence_set)
    }

    /// Returns the result as one item.
    fn collapsed(&self) -> PageItem {
        let group = (self.size > 1).then(|| Group {
            size: self.size,
            members: self
                .members
                .iter()
                .take(MAX_MEMBERS)
                .map(|(key, _)| key.name.clone())
                .collect(),
        });
        self.item(self.share, self.key.name.clone(), self.own_score, group, None)
    }

    /// Returns the members in order, each at the rank of the group.
    fn flat(&self, after: Option<&PageCursor>) -> impl Iterator<Item = PageItem> {
        let seen = after
            .filter(|after| self.is_resumed_at(after))
            .and_then(|after| after.member.as_ref())
            .map(|(_, seen)| seen);
        let alone = (self.competence_set == 0).then(|| {
            let name = self.key.name.clone();
            self.item(self.share, name, self.own_score, None, None)
        });
        let members = self.members.iter();
        let unseen = members.filter(move |(key, _)| self.competence_set != 0 && seen.is_none_or(|seen| key > seen));
        alone.into_iter().chain(unseen.map(|(key, share)| {
            let member = (self.competence_set, key.clone());
            self.item(*share, key.name.clone(), self.own_score, None, Some(member))
        }))
    }

    fn item(
        &self,
        share: usize,
        name: OfficerName,
        own_score: Score,
        group: Option<Group>,
        member: Option<(u64, SortKey)>,
    ) -> PageItem {
        // No penalty for rank, and no more than its score.
        let score = if self.is_first {
            Score(own_score.0 * UNIT)
        } else {
            self.key.score
        };
        PageItem {
            ranked: RankedResult {
                share,
                key: SortKey {
                    score,
                    name,
                    ..self.key.clone()
                },
                own_score,
                group,
            },
            cursor: PageCursor {
                key: self.key.clone(),
                member,
            },
        }
    }
}

/// The municipal results of all shares.
#[derive(Default)]
struct MunicipalGroups {
    /// The place in `list` of each group with known members, by competence set hash.
    places: HashMap<u64, usize>,
    list: Vec<(SortKey, MergedResult)>,
    /// What other shares have of these groups without their members.
    sizes: HashMap<u64, SummedSize>,
    /// The groups of which no share has members.
    unknown: HashSet<u64>,
    /// The same as a number, if there is only one share.
    of_only_share: usize,
}

/// The sum of the sizes of one group.
#[derive(Default)]
struct SummedSize {
    size: usize,
    shares: Vec<usize>,
    is_before: bool,
}

impl MunicipalGroups {
    /// Adds the groups of a share with their members.
    fn add_known(&mut self, number: usize, share: &Share) {
        for group in &share.municipal {
            self.add_group(number, group);
        }
    }

    /// Adds the sizes of the groups of a share. The groups with members of all shares have been added before.
    fn add_sizes(&mut self, number: usize, share: &Share) {
        self.unknown.reserve(share.others.len());
        for other in &share.others {
            if !self.places.contains_key(&other.competence_set) {
                self.unknown.insert(other.competence_set);
                continue;
            }
            let known = self.sizes.entry(other.competence_set).or_default();
            known.size += other.size;
            known.shares.push(number);
            known.is_before |= other.is_before;
        }
    }

    /// Returns the number of distinct groups.
    fn count(&self) -> usize {
        self.places.len() + self.unknown.len() + self.of_only_share
    }

    fn add_group(&mut self, share: usize, group: &LocalGroup) {
        let members = || group.members.iter().map(|key| (key.clone(), share));
        if let Some(at) = self.places.get(&group.competence_set).filter(|_| group.competence_set != 0) {
            let (leader, known) = &mut self.list[*at];
            if group.leader < *leader {
                leader.clone_from(&group.leader);
                known.share = share;
            }
            known.size += group.size;
            known.members.extend(members());
            return;
        }
        if group.competence_set != 0 {
            self.places.insert(group.competence_set, self.list.len());
        }
        let result = MergedResult {
            share,
            key: group.leader.clone(),
            is_first: false,
            own_score: group.leader.score,
            competence_set: group.competence_set,
            size: group.size,
            members: members().collect(),
            incomplete: Vec::new(),
        };
        self.list.push((group.leader.clone(), result));
    }

    /// Ranks the groups with known members, with those that are the `first` for a need before all others, and drops those that
    /// a share places before the page.
    fn ranked(mut self, plan: &Plan, after: Option<&PageCursor>, first: &BTreeSet<u64>) -> Vec<MergedResult> {
        self.list.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        let mut ranked = Vec::with_capacity(self.list.len());
        for (rank, (leader, mut group)) in self.list.into_iter().enumerate() {
            group.is_first = first.contains(&group.competence_set);
            group.key = if group.is_first {
                first_for_need(&leader)
            } else {
                at_rank(plan, &leader, rank.min(LAST_RANK_FROM))
            };
            group.own_score = leader.score;
            if let Some(after) = after.filter(|after| group.is_resumed_at(after)) {
                // Its leader was on an earlier page, and this share may lack it.
                group.key = after.key.clone();
            }
            group.members.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
            let mut is_before = false;
            let others = self.sizes.remove(&group.competence_set);
            if let Some(others) = others.filter(|_| group.competence_set != 0) {
                group.size += others.size;
                group.incomplete = others.shares;
                is_before = others.is_before;
            }
            if !is_before {
                ranked.push(group);
            }
        }
        ranked
    }
}
