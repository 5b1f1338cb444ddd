//! Checks the share of another register before it is merged.
//!
//! Each rule follows from how a register makes a share (`rank/truncate.rs`), so a share that breaks one was not made that way.
//! In tests, every share that this crate makes is checked too.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ops::RangeInclusive;

use register::identifier::{OfficerName, OrganisationId};

use super::share::Share;
use crate::plan::Plan;
use crate::rank::{Facets, LAST_RANK_FROM, MAX_MEMBERS, ShareBound, ShareRequest, rank_factor};
use crate::sort_key::{Score, SortKey, UNIT};

/// The most bounds of a share: of what was collected, of the ranked officers and of the municipal groups.
const MAX_BOUNDS: usize = 3;

impl Share {
    /// Returns the first rule that the share breaks as an answer to `request`. The text is fixed: it repeats nothing of the share.
    pub fn check(&self, plan: &Plan, request: &ShareRequest) -> Result<(), &'static str> {
        self.check_lengths(plan, request)?;
        self.check_groups(plan)?;
        self.check_totals(request)?;
        self.check_distinct()?;
        self.check_order(request)?;
        self.check_scores(plan, request)?;
        self.check_best_for_needs(plan)?;
        check_facets(&self.facets, self.total, request)
    }

    fn check_lengths(&self, plan: &Plan, request: &ShareRequest) -> Result<(), &'static str> {
        let most = request.limit.saturating_add(1);
        require(self.ranked.len() <= most, "it has more results than requested")?;
        let groups = most + LAST_RANK_FROM + request.groups.len() + plan.needs().count() + 1;
        require(self.municipal.len() <= groups, "it has more groups than requested")?;
        let members = most.max(MAX_MEMBERS);
        let mut municipal = self.municipal.iter();
        require(
            municipal.all(|group| group.members.len() <= members),
            "a group has more members than requested",
        )?;
        require(self.bounds.len() <= MAX_BOUNDS, "it has too many bounds")
    }

    fn check_groups(&self, plan: &Plan) -> Result<(), &'static str> {
        let may_group = plan.municipalities.is_empty() && !plan.is_browse;
        require(
            may_group || (self.municipal.is_empty() && self.others.is_empty()),
            "it has groups that the plan does not ask for",
        )?;
        let mut sets = HashSet::new();
        for group in &self.municipal {
            let is_sound = match group.competence_set {
                0 => group.size == 1 && group.members.is_empty(),
                set => group.size >= group.members.len().max(1) && sets.insert(set),
            };
            require(is_sound, "a group contradicts itself")?;
        }
        let mut others = self.others.iter();
        require(
            others.all(|other| other.competence_set != 0 && other.size > 0 && sets.insert(other.competence_set)),
            "a group contradicts itself",
        )
    }

    fn check_totals(&self, request: &ShareRequest) -> Result<(), &'static str> {
        let (alone, grouped): (Vec<_>, Vec<_>) = self.municipal.iter().partition(|group| group.competence_set == 0);
        let members = grouped.iter().map(|group| group.size);
        let members: usize = members.chain(self.others.iter().map(|other| other.size)).sum();
        let singles = self.ranked.len() + alone.len();
        require(
            request.is_alone || (self.total == self.singles + members && self.other_groups == self.others.len()),
            "its totals contradict each other",
        )?;
        require(singles <= self.singles, "its totals contradict each other")?;
        let is_first = request.after.is_none();
        require(
            !is_first || !self.bounds.is_empty() || singles == self.singles,
            "its results are fewer than its totals",
        )
    }

    fn check_distinct(&self) -> Result<(), &'static str> {
        let mut names: BTreeSet<&OfficerName> = BTreeSet::new();
        let mut keys = self.ranked.iter().map(|officer| &officer.key);
        let mut is_distinct = keys.all(|key| names.insert(&key.name));
        for group in &self.municipal {
            is_distinct &= names.insert(&group.leader.name);
            let mut others = group.members.iter().filter(|member| **member != group.leader);
            is_distinct &= others.all(|member| names.insert(&member.name));
        }
        require(is_distinct, "it has an officer more than once")
    }

    fn check_order(&self, request: &ShareRequest) -> Result<(), &'static str> {
        let after = request.after.as_ref().map(|after| &after.key);
        let follows = |key: &SortKey| after.is_none_or(|after| key > after);
        let is_sound = ascend(self.ranked.iter().map(|officer| &officer.key))
            && self.ranked.iter().all(|officer| follows(&officer.key))
            && ascend(self.municipal.iter().map(|group| &group.leader))
            && self
                .municipal
                .iter()
                .all(|group| ascend(group.members.iter()) && group.members.first().is_none_or(|first| *first >= group.leader));
        require(is_sound, "its results are not in order")
    }

    fn check_best_for_needs(&self, plan: &Plan) -> Result<(), &'static str> {
        const PROBLEM: &str = "it has a best officer for a need that cannot be";
        let scores = self.own_scores(plan);
        let needs: Vec<_> = plan.needs().collect();
        let best = &self.best_for_needs;
        require(best.is_sorted_by(|one, other| one.need < other.need), PROBLEM)?;
        for best in best {
            let need = needs.get(best.need).ok_or(PROBLEM)?;
            let least = need.weight.times(plan.weights.scoring.need);
            require(scores.contains(&best.key.score) && best.key.score >= least, PROBLEM)?;
            let mut groups = self.municipal.iter();
            let is_sound = if best.competence_set == 0 {
                // In a group too, it would be on the page twice.
                let mut grouped = groups.flat_map(|group| group.members.iter().chain([&group.leader]));
                let mut ranked = self.ranked.iter().filter(|officer| officer.key.name == best.key.name);
                self.singles > 0
                    && grouped.all(|key| key.name != best.key.name)
                    && ranked.all(|officer| officer.own_score == best.key.score)
            } else {
                groups.any(|group| group.competence_set == best.competence_set && group.leader == best.key)
            };
            require(is_sound, PROBLEM)?;
        }
        Ok(())
    }

    /// Returns the scores that entries of the share can have.
    fn own_scores(&self, plan: &Plan) -> RangeInclusive<Score> {
        match (plan.is_browse, self.is_lenient) {
            (true, _) => Score::ZERO..=plan.highest_score(),
            (false, false) => plan.min_score..=plan.highest_score(),
            (false, true) => Score(1)..=Score(plan.min_score.0 - 1),
        }
    }

    fn check_scores(&self, plan: &Plan, request: &ShareRequest) -> Result<(), &'static str> {
        let range = self.own_scores(plan);
        let mut ranks: BTreeMap<&OrganisationId, usize> = BTreeMap::new();
        for officer in &self.ranked {
            require(range.contains(&officer.own_score), "a score is not one of the plan")?;
            let rank = ranks.entry(&officer.key.name.organisation).or_default();
            // Before a later page, an organisation has had other officers.
            let mut ranks = if request.after.is_none() {
                *rank..=*rank
            } else {
                0..=LAST_RANK_FROM
            };
            let is_ranked = ranks.any(|rank| officer.own_score.0 * rank_factor(plan, rank) == officer.key.score.0);
            require(is_ranked, "a score is not one of the plan")?;
            *rank += 1;
        }
        let leaders = self.municipal.iter().map(|group| &group.leader);
        let mut keys = leaders.chain(self.municipal.iter().flat_map(|group| &group.members));
        require(keys.all(|key| range.contains(&key.score)), "a score is not one of the plan")?;
        let bounds = Score::ZERO..=Score(plan.highest_score().0.saturating_mul(UNIT));
        let mut reaches = self.bounds.iter().map(|bound| match bound {
            ShareBound::Key(key) => key.score,
            ShareBound::Score(score) => *score,
        });
        require(reaches.all(|score| bounds.contains(&score)), "a bound is not one of the plan")
    }
}

fn check_facets(facets: &Facets, total: usize, request: &ShareRequest) -> Result<(), &'static str> {
    const CONTRADICTION: &str = "its facets contradict its total";
    let sum = |counts: &mut dyn Iterator<Item = usize>| counts.fold(0_usize, usize::saturating_add);
    let organisations = sum(&mut facets.organisations.iter().map(|(_, count)| *count));
    let kinds = sum(&mut facets.organisation_kinds.iter().map(|(_, count)| *count));
    // Each officer has one organisation, of one kind.
    let expected = if request.no_facets { 0 } else { total };
    require(organisations == expected && kinds == expected, CONTRADICTION)?;
    counts(&facets.organisations, expected)?;
    counts(&facets.organisation_kinds, expected)?;
    counts(&facets.domains, expected)?;
    counts(&facets.competences, expected)?;
    counts(&facets.municipalities, expected)
}

fn counts<T: Ord>(counts: &[(T, usize)], total: usize) -> Result<(), &'static str> {
    let distinct: BTreeSet<&T> = counts.iter().map(|(value, _)| value).collect();
    let is_sound = distinct.len() == counts.len() && counts.iter().all(|(_, count)| (1..=total).contains(count));
    require(is_sound, "its facets contradict its total")
}

fn ascend<'a>(keys: impl Iterator<Item = &'a SortKey>) -> bool {
    keys.is_sorted_by(|one, other| one < other)
}

fn require(holds: bool, problem: &'static str) -> Result<(), &'static str> {
    holds.then_some(()).ok_or(problem)
}
