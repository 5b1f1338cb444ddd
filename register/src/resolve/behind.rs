//! What stands behind the officers: desks, the LMM, the ambassadors and the LET.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::fit::{Fit, Tier};
use super::route::{DropReason, Level, Target, TargetReason};
use super::scope::Scope;
use super::{MOST_AMBASSADORS, MOST_FURTHER_DESKS, Resolver};
use crate::calendar::next_open;
use crate::entry::Entry;
use crate::identifier::{CompetenceCode, OrganisationId};
use crate::officer::{MandateLevel, OfficerKind};
use crate::organisation::{Organisation, OrganisationKind};
use crate::view::visible;

impl Resolver<'_> {
    /// The desks of the organisations that are involved, joint bodies first, then those of further organisations whose
    /// officers are targets.
    pub(super) fn desks(&mut self, scope: &Scope, officers: &[Target]) -> Vec<Target> {
        let mut desks = Vec::new();
        let mut seen: BTreeSet<OrganisationId> = BTreeSet::new();
        let (bodies, others): (Vec<_>, Vec<_>) = scope.involved.iter().partition(|involved| involved.power.is_some());
        for involved in bodies {
            seen.insert(involved.organisation.id.clone());
            desks.extend(self.desk(&involved.organisation, Level::JointBody, TargetReason::JointBodyDesk));
        }
        for involved in others {
            seen.insert(involved.organisation.id.clone());
            desks.extend(self.desk(&involved.organisation, Level::Desk, TargetReason::OrganisationDesk));
        }
        let mut further: Vec<&Arc<Organisation>> = Vec::new();
        for target in officers {
            if seen.insert(target.organisation.id.clone()) {
                further.push(&target.organisation);
            }
        }
        for organisation in further.into_iter().take(MOST_FURTHER_DESKS) {
            desks.extend(self.desk(organisation, Level::Desk, TargetReason::OrganisationDesk));
        }
        desks
    }

    fn desk(&mut self, organisation: &Arc<Organisation>, level: Level, reason: TargetReason) -> Option<Target> {
        // These two have a place of their own, at the end.
        if matches!(organisation.kind, OrganisationKind::Loket | OrganisationKind::Escalatieteam) {
            return None;
        }
        if !organisation.desk.is_reachable() {
            self.passed.organisation(&organisation.id, DropReason::NoDesk);
            return None;
        }
        let explanation = self.words().desk(organisation, level);
        Some(self.of_organisation(organisation, level, reason, explanation))
    }

    /// The LMM, behind it the ambassadors to whom it may matter, and the LET. Nothing, if no LMM is known.
    pub(super) fn escalation(&mut self, scope: &Scope) -> Vec<Target> {
        let Some(lmm) = self.view.loket().and_then(|lmm| self.whole_organisation(&lmm.id.clone())) else {
            return Vec::new();
        };
        let mut targets = vec![self.team(&lmm, Level::Lmm, TargetReason::Lmm)];
        targets.extend(self.ambassadors(scope));
        if let Some(let_team) = self
            .view
            .escalation_team()
            .and_then(|team| self.whole_organisation(&team.id.clone()))
        {
            targets.push(self.team(&let_team, Level::Let, TargetReason::Let));
        }
        targets
    }

    /// A team that takes cases on: one target, with the member that fits best of those who are there.
    fn team(&mut self, organisation: &Arc<Organisation>, level: Level, reason: TargetReason) -> Target {
        let mut best = None;
        for entry in self.view.entries_of(&organisation.id) {
            self.edges.entry(entry);
            if self.is_absent(entry) {
                self.passed.officer(entry.officer_name(), DropReason::Absent);
                continue;
            }
            if self.named.contains(&entry.officer_name()) {
                continue;
            }
            let tier = self.fit(&entry.officer).map(|fit| fit.tier).ok();
            let mandate = entry.officer.mandate_level(None, self.day);
            // No tier is the worst one here.
            let rank = (
                tier.is_none(),
                tier,
                mandate,
                entry.is_stale_on(self.day),
                entry.officer_name(),
            );
            if best.as_ref().is_none_or(|(known, _)| rank < *known) {
                best = Some((rank, entry));
            }
        }
        let explanation = self.words().team(organisation, level);
        match best {
            Some(((_, _, mandate, _, name), entry)) => {
                self.named.insert(name);
                self.of_officer(entry, organisation, level, reason, explanation, mandate)
            }
            None => self.of_organisation(organisation, level, reason, explanation),
        }
    }

    /// The ambassadors to whom it matters most: by a competence that is needed or, when only an organisation was asked for,
    /// one that it carries out; if there are none, by another scheme of the same law; if there are none, by the first life
    /// domain of what is needed.
    fn ambassadors(&mut self, scope: &Scope) -> Vec<Target> {
        let topics = self.topics(scope);
        let mut found = Vec::new();
        for entry in self.view.entries_of_kind(OfficerKind::Ambassadeur) {
            let Some(nearness) = self.nearness(entry, scope, &topics) else {
                continue;
            };
            let Some(organisation) = self.whole_organisation(&entry.officer.organisation) else {
                continue;
            };
            self.edges.entry(entry);
            let fit = Fit {
                tier: Tier::Organisation,
                competences: Vec::new(),
                domains: Vec::new(),
                is_generalist: false,
            };
            let (entry, stands_for) = if self.is_absent(entry) {
                match self.stand_in(entry, &fit) {
                    Some(stand_in) => (stand_in.entry, Some(entry.officer_name())),
                    None => continue,
                }
            } else {
                (Arc::clone(entry), None)
            };
            let rank = (nearness, entry.is_stale_on(self.day), entry.officer_name());
            found.push((rank, entry, organisation, stands_for));
        }
        found.sort_unstable_by(|one, other| (&one.0, &one.3).cmp(&(&other.0, &other.3)));
        let mut seen = self.named.clone();
        found.retain(|(_, entry, ..)| seen.insert(entry.officer_name()));
        let nearest = found.first().map(|((nearness, ..), ..)| *nearness);
        let near = found
            .iter()
            .take_while(|((nearness, ..), ..)| Some(*nearness) == nearest)
            .count();
        for (_, entry, ..) in found.drain(near.min(MOST_AMBASSADORS)..) {
            self.passed.officer(entry.officer_name(), DropReason::RankedLower);
        }
        self.named.extend(found.iter().map(|(_, entry, ..)| entry.officer_name()));
        let targets = found.into_iter().map(|(_, entry, organisation, stands_for)| {
            let explanation = self.words().team(&organisation, Level::Ambassador);
            let mandate = entry.officer.mandate_level(None, self.day);
            Target {
                standing_in_for: stands_for,
                ..self.of_officer(
                    &entry,
                    &organisation,
                    Level::Ambassador,
                    TargetReason::Ambassador,
                    explanation,
                    mandate,
                )
            }
        });
        targets.collect()
    }

    /// What a need is about when it does not say: what the organisations that are involved carry out.
    fn topics(&self, scope: &Scope) -> BTreeSet<CompetenceCode> {
        if self.need.has_topic() {
            return self.need.competences.iter().cloned().collect();
        }
        let is_theirs = |key: &String| {
            let executor = self.rules.vocabulary.executor(key);
            executor
                .and_then(|executor| executor.organisation.as_ref())
                .is_some_and(|id| scope.of(id).is_some())
        };
        let competences = self.rules.vocabulary.competences().iter();
        competences
            .filter(|competence| competence.executed_by.iter().any(is_theirs))
            // What everybody carries out says nothing about whose ministry it is.
            .filter(|competence| !super::fit::is_generalist(&competence.code))
            .map(|competence| competence.code.clone())
            .collect()
    }

    /// How near an ambassador is to what is needed, 0 the nearest.
    fn nearness(&self, entry: &Entry, scope: &Scope, topics: &BTreeSet<CompetenceCode>) -> Option<u8> {
        let officer = &entry.officer;
        let is_named = self.need.organisation.is_some() && scope.of(&officer.organisation).is_some();
        if is_named || officer.competences.iter().any(|code| topics.contains(code)) {
            return Some(0);
        }
        let vocabulary = self.rules.vocabulary;
        let law = |code: &CompetenceCode| vocabulary.competence(code).map(|known| known.official_title.as_str());
        let is_of_same_law = |code: &CompetenceCode| topics.iter().any(|topic| law(topic) == law(code));
        if officer.competences.iter().any(is_of_same_law) {
            return Some(1);
        }
        let first_domain = |code: &CompetenceCode| vocabulary.domains_of_competence(code).first();
        let first_domains = self.need.competences.iter().filter_map(first_domain);
        let works_in_one = first_domains
            .chain(&self.need.domains)
            .any(|code| officer.domains.contains(code));
        works_in_one.then_some(2)
    }

    fn of_officer(
        &self,
        entry: &Arc<Entry>,
        organisation: &Arc<Organisation>,
        level: Level,
        reason: TargetReason,
        explanation: String,
        mandate: MandateLevel,
    ) -> Target {
        Target {
            level,
            reason,
            explanation,
            entry: Some(visible(entry, self.shown_on)),
            organisation: Arc::clone(organisation),
            mandate_level: Some(mandate),
            reachable_from: self.reachable_from(entry),
            standing_in_for: None,
            without_mandate: false,
            stale: entry.is_stale_on(self.day),
        }
    }

    fn of_organisation(
        &mut self,
        organisation: &Arc<Organisation>,
        level: Level,
        reason: TargetReason,
        explanation: String,
    ) -> Target {
        let moment = self.need.moment;
        self.edges.hours(&organisation.desk.hours);
        Target {
            level,
            reason,
            explanation,
            entry: None,
            organisation: Arc::clone(organisation),
            mandate_level: None,
            reachable_from: next_open(&organisation.desk.hours, moment).filter(|from| *from > moment),
            standing_in_for: None,
            without_mandate: false,
            stale: false,
        }
    }
}
