//! Selects the fallback targets after the officers: desks, the LMM and the LET.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::limits::MOST_FURTHER_DESKS;
use super::resolver::Resolver;
use super::route::{Level, RejectionReason, Target, TargetReason};
use super::scope::Scope;
use crate::calendar::next_open;
use crate::entry::Entry;
use crate::identifier::OrganisationId;
use crate::officer::MandateLevel;
use crate::organisation::{Organisation, OrganisationKind};
use crate::view::visible;

/// Whether a target can only refer, and its organisation is not involved.
fn only_refers_elsewhere(target: &Target, scope: &Scope) -> bool {
    target.level == Level::Officer
        && target.mandate_level == Some(MandateLevel::Refer)
        && scope.get(&target.organisation.id).is_none()
}

impl Resolver<'_> {
    /// Adds the desks to the officers. The order is: officers, desks of the involved organisations (joint bodies first), officers
    /// of other organisations who can only refer, desks of other organisations with officers among the targets.
    pub(super) fn with_desks(&mut self, scope: &Scope, officers: Vec<Target>) -> Vec<Target> {
        let involved = self.involved_desks(scope);
        let further = self.further_desks(scope, &officers);
        let (pointers, mut targets): (Vec<_>, Vec<_>) =
            officers.into_iter().partition(|target| only_refers_elsewhere(target, scope));
        targets.extend(involved);
        targets.extend(pointers);
        targets.extend(further);
        targets
    }

    fn involved_desks(&mut self, scope: &Scope) -> Vec<Target> {
        let mut desks = Vec::new();
        let (bodies, others): (Vec<_>, Vec<_>) = scope.involved.iter().partition(|involved| involved.power.is_some());
        for involved in bodies {
            desks.extend(self.desk(&involved.organisation, Level::JointBody, TargetReason::JointBodyDesk));
        }
        for involved in others {
            desks.extend(self.desk(&involved.organisation, Level::Desk, TargetReason::OrganisationDesk));
        }
        desks
    }

    fn further_desks(&mut self, scope: &Scope, officers: &[Target]) -> Vec<Target> {
        let mut desks = Vec::new();
        let involved = scope.involved.iter().map(|involved| involved.organisation.id.clone());
        let mut seen: BTreeSet<OrganisationId> = involved.collect();
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
        // The LMM and the LET come at the end of the route.
        if matches!(organisation.kind, OrganisationKind::Loket | OrganisationKind::Escalatieteam) {
            return None;
        }
        if !organisation.desk.is_reachable() {
            self.rejections.reject_organisation(&organisation.id, RejectionReason::NoDesk);
            return None;
        }
        let explanation = self.explainer().desk(organisation, level);
        Some(self.organisation_target(organisation, level, reason, explanation))
    }

    /// The LMM, the relevant ambassadors and the LET. Empty if no LMM is known.
    pub(super) fn escalation(&mut self, scope: &Scope) -> Vec<Target> {
        let Some(lmm) = self.view.loket().and_then(|lmm| self.active_organisation(&lmm.id.clone())) else {
            return Vec::new();
        };
        let mut targets = vec![self.team(&lmm, Level::Lmm, TargetReason::Lmm)];
        targets.extend(self.ambassadors(scope));
        if let Some(let_team) = self
            .view
            .escalation_team()
            .and_then(|team| self.active_organisation(&team.id.clone()))
        {
            targets.push(self.team(&let_team, Level::Let, TargetReason::Let));
        }
        targets
    }

    /// A team that takes over cases: one target, with the best-fitting member who is present.
    fn team(&mut self, organisation: &Arc<Organisation>, level: Level, reason: TargetReason) -> Target {
        let mut best = None;
        for entry in self.view.entries_of(&organisation.id) {
            self.validity.note_candidate(entry);
            if self.is_absent(entry) {
                self.rejections.reject_officer(entry, RejectionReason::Absent);
                continue;
            }
            if self.targeted.contains(entry) {
                continue;
            }
            let tier = self.fit(&entry.officer).map(|fit| fit.tier).ok();
            let mandate = entry.officer.mandate_level(None, self.day);
            // Members that do not match the need come last.
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
        let explanation = self.explainer().team(organisation, level);
        match best {
            Some(((_, _, mandate, ..), entry)) => {
                self.targeted.insert(entry);
                self.officer_target(entry, organisation, level, reason, explanation, mandate)
            }
            None => self.organisation_target(organisation, level, reason, explanation),
        }
    }

    pub(super) fn officer_target(
        &mut self,
        entry: &Arc<Entry>,
        organisation: &Arc<Organisation>,
        level: Level,
        reason: TargetReason,
        explanation: String,
        mandate: MandateLevel,
    ) -> Target {
        self.validity.note_target(entry);
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

    fn organisation_target(
        &mut self,
        organisation: &Arc<Organisation>,
        level: Level,
        reason: TargetReason,
        explanation: String,
    ) -> Target {
        let moment = self.need.moment;
        self.validity.note_hours(&organisation.desk.hours);
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
