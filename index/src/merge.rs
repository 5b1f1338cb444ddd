//! One answer from the shares of several registers, or of one.
//!
//! The answer is the one that a single register with all the officers would give, in every part: hits, order, groups,
//! counts and pages. It depends on what the shares say and not on the order in which they came. Why it is exact:
//!
//! - A score is local, and so is a rank within an organisation, whose officers all lie in one register.
//! - The rank of a municipal result is how many better ones there are in all. Only the first few ranks differ in what they
//!   take, and each share has its own first few; every other result has the factor of the last rank, wherever it lies.
//! - A share says how far it goes. A page is given only when it ends before anything that some share left out; else
//!   [`Merged::missing`] says what must be asked for once more.

use std::collections::{BTreeMap, HashMap, btree_map::Entry};

use register::identifier::OfficerName;

use crate::arrange::{LAST_RANK_FROM, at_rank};
use crate::plan::Plan;
use crate::question::Grouping;
use crate::results::{Facets, Group, Paging};
use crate::score::{Score, SortKey, UNIT};
use crate::share::{LocalGroup, MOST_MEMBERS, Place, RankedOfficer, Share, Wanted};

/// A page made of shares.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Merged {
    /// The results, best first.
    pub page: Vec<Ranked>,
    /// How many officers match in all, members of groups included.
    pub total: usize,
    /// How many results there are: each group counted as one, in a flat list each of its members.
    pub results: usize,
    /// How many of them there are by kind of thing.
    pub facets: Facets,
    /// Where the next page begins; none when this was the last.
    pub next: Option<Place>,
    /// What the page cannot be made without: the number of a share, and what that register must be asked instead.
    pub missing: Vec<(usize, Wanted)>,
}

/// A result in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranked {
    /// The number of the share that it came from.
    pub share: usize,
    /// Its key at the score it is ranked by, in parts of [`UNIT`] squared.
    pub key: SortKey,
    /// The score of the entry alone.
    pub own_score: Score,
    /// The group it stands for.
    pub group: Option<Group>,
}

impl Ranked {
    /// The score it is ranked by, for people.
    pub fn score(&self) -> Score {
        Score(self.key.score.0 / UNIT)
    }
}

/// The page that `paging` asks for, from one share of each register. `wanted` is what each was asked.
pub fn merge(plan: &Plan, paging: &Paging, shares: &[(&Share, &Wanted)]) -> Merged {
    // A weak match is better than none, and than nothing else.
    let is_strict = shares.iter().any(|(share, _)| !share.is_lenient && share.total > 0);
    let counted = |share: &Share| !(is_strict && share.is_lenient);
    let counting = || shares.iter().enumerate().filter(|(_, (share, _))| counted(share));

    let mut groups = Groups::default();
    let mut merged = Merged::default();
    let mut results: Vec<Standing> = Vec::new();
    let mut facets = Vec::new();
    for (number, (share, _)) in counting() {
        merged.total += share.total;
        merged.results += share.singles;
        facets.push(&share.facets);
        results.extend(share.ranked.iter().map(|officer| Standing::single(number, officer)));
        groups.add(number, share);
    }
    merged.facets = Facets::sum(facets);
    merged.results += groups.count;
    let is_flat = plan.grouping == Grouping::Flat;
    if is_flat {
        merged.results = merged.total;
    }
    results.extend(groups.ranked(plan, paging.after.as_ref()));
    results.retain(|result| match &paging.after {
        None => true,
        Some(after) => result.key > after.key || result.is_resumed_at(after),
    });
    results.sort_unstable_by(|one, other| one.key.cmp(&other.key));

    // One more than the page tells whether there is a next one.
    let wanted = paging.limit.saturating_add(1);
    let mut items: Vec<(usize, Item)> = Vec::new();
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
    let mut missing: BTreeMap<usize, Wanted> = BTreeMap::new();
    for (number, (share, asked)) in counting() {
        let is_covered = |reach: &crate::share::Reach| last.as_ref().is_some_and(|last| reach.covers(last));
        if !share.reach.iter().all(is_covered) {
            let limit = asked.limit.saturating_mul(4).max(16);
            missing.entry(number).or_insert_with(|| (*asked).clone()).limit = limit;
        }
    }
    for (at, _) in items.iter().take(paging.limit) {
        for number in &results[*at].untold {
            let more = missing.entry(*number).or_insert_with(|| shares[*number].1.clone());
            if !more.groups.contains(&results[*at].desk) {
                more.groups.push(results[*at].desk);
            }
        }
    }
    let has_more = items.len() > paging.limit;
    items.truncate(paging.limit);
    merged.next = items.last().filter(|_| has_more).map(|(_, item)| item.place.clone());
    merged.page = items.into_iter().map(|(_, item)| item.ranked).collect();
    merged.missing = missing.into_iter().collect();
    merged
}

/// A result and where it stands.
struct Standing {
    share: usize,
    key: SortKey,
    own_score: Score,
    desk: u64,
    size: usize,
    /// Members that are known, best first, with the share they came from.
    members: Vec<(SortKey, usize)>,
    /// Shares that have members and do not say them.
    untold: Vec<usize>,
}

/// A line of the answer.
struct Item {
    ranked: Ranked,
    place: Place,
}

impl Standing {
    fn single(share: usize, officer: &RankedOfficer) -> Self {
        Self {
            share,
            key: officer.key.clone(),
            own_score: officer.own_score,
            desk: 0,
            size: 1,
            members: Vec::new(),
            untold: Vec::new(),
        }
    }

    /// Whether it is the group in whose midst a flat page ended.
    fn is_resumed_at(&self, after: &Place) -> bool {
        after
            .member
            .as_ref()
            .is_some_and(|(desk, _)| *desk == self.desk && self.desk != 0)
    }

    fn collapsed(&self) -> Item {
        let group = (self.size > 1).then(|| Group {
            size: self.size,
            members: self
                .members
                .iter()
                .take(MOST_MEMBERS)
                .map(|(key, _)| key.name.clone())
                .collect(),
        });
        self.item(self.share, self.key.name.clone(), self.own_score, group, None)
    }

    /// Its members in order, each at the place of the group.
    fn flat(&self, after: Option<&Place>) -> impl Iterator<Item = Item> {
        let seen = after
            .filter(|after| self.is_resumed_at(after))
            .and_then(|after| after.member.as_ref())
            .map(|(_, seen)| seen);
        let alone = (self.desk == 0).then(|| {
            let name = self.key.name.clone();
            self.item(self.share, name, self.own_score, None, None)
        });
        let members = self.members.iter();
        let unseen = members.filter(move |(key, _)| self.desk != 0 && seen.is_none_or(|seen| key > seen));
        alone.into_iter().chain(unseen.map(|(key, share)| {
            let place = (self.desk, key.clone());
            self.item(*share, key.name.clone(), self.own_score, None, Some(place))
        }))
    }

    fn item(
        &self,
        share: usize,
        name: OfficerName,
        own_score: Score,
        group: Option<Group>,
        member: Option<(u64, SortKey)>,
    ) -> Item {
        Item {
            ranked: Ranked {
                share,
                key: SortKey {
                    name,
                    ..self.key.clone()
                },
                own_score,
                group,
            },
            place: Place {
                key: self.key.clone(),
                member,
            },
        }
    }
}

/// The municipal results of all shares.
#[derive(Default)]
struct Groups {
    /// How many groups there are, told or not.
    count: usize,
    told: HashMap<u64, usize>,
    list: Vec<(SortKey, Standing)>,
    untold: BTreeMap<u64, Untold>,
}

/// What shares say of a group whose members they do not tell.
#[derive(Default)]
struct Untold {
    size: usize,
    shares: Vec<usize>,
    is_before: bool,
}

impl Groups {
    fn add(&mut self, share: usize, of: &Share) {
        for group in &of.municipal {
            self.tell(share, group);
        }
        for other in &of.others {
            let known = match self.untold.entry(other.desk) {
                Entry::Vacant(new) => {
                    self.count += usize::from(!self.told.contains_key(&other.desk));
                    new.insert(Untold::default())
                }
                Entry::Occupied(known) => known.into_mut(),
            };
            known.size += other.size;
            known.shares.push(share);
            known.is_before |= other.is_before;
        }
    }

    fn tell(&mut self, share: usize, group: &LocalGroup) {
        let members = || group.members.iter().map(|key| (key.clone(), share));
        if let Some(at) = self.told.get(&group.desk).filter(|_| group.desk != 0) {
            let (leader, known) = &mut self.list[*at];
            if group.leader < *leader {
                leader.clone_from(&group.leader);
                known.share = share;
            }
            known.size += group.size;
            known.members.extend(members());
            return;
        }
        if group.desk != 0 {
            self.told.insert(group.desk, self.list.len());
            self.count += usize::from(!self.untold.contains_key(&group.desk));
        }
        let standing = Standing {
            share,
            key: group.leader.clone(),
            own_score: group.leader.score,
            desk: group.desk,
            size: group.size,
            members: members().collect(),
            untold: Vec::new(),
        };
        self.list.push((group.leader.clone(), standing));
    }

    /// The groups that are told, at their ranks; those before the page that a share knows to be so left out.
    fn ranked(mut self, plan: &Plan, after: Option<&Place>) -> Vec<Standing> {
        self.list.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        let mut ranked = Vec::with_capacity(self.list.len());
        for (rank, (leader, mut group)) in self.list.into_iter().enumerate() {
            group.key = at_rank(plan, &leader, rank.min(LAST_RANK_FROM));
            group.own_score = leader.score;
            if let Some(after) = after.filter(|after| group.is_resumed_at(after)) {
                // Its leader is behind us, and need not have been told again.
                group.key = after.key.clone();
            }
            group.members.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
            let mut is_before = false;
            if let Some(untold) = self.untold.remove(&group.desk).filter(|_| group.desk != 0) {
                group.size += untold.size;
                group.untold = untold.shares;
                is_before = untold.is_before;
            }
            if !is_before {
                ranked.push(group);
            }
        }
        ranked
    }
}
