//! Selects and ranks the officers of a route, with deputies for absent ones.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::explain::OfficerFacts;
use super::fit::{Area, Fit, Tier};
use super::limits::{MOST_LESSER, MOST_OFFICERS};
use super::rejected::EntrySet;
use super::resolver::Resolver;
use super::route::{Level, RejectionReason, Target, TargetReason};
use super::scope::Scope;
use crate::entry::Entry;
use crate::identifier::{OfficerName, OrganisationId};
use crate::officer::{MandateLevel, OfficerKind};
use crate::organisation::{Organisation, OrganisationKind, ServiceBasis};
use crate::view::visible;

/// The sort key of an officer. Compared field by field, in this order.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    /// Officers whose municipality has delegated the power come after everybody who may still decide.
    is_superseded: bool,
    tier: Tier,
    area: Area,
    /// A joint body under delegatie comes first; under mandaat it ranks equally with others.
    is_beside_delegation: bool,
    mandate: MandateLevel,
    is_stale: bool,
    name: OfficerName,
    /// Of equal candidates, an officer in its own right comes before the same officer as a deputy.
    stands_in: bool,
}

/// An officer that fits the need.
struct Candidate {
    rank: Rank,
    fit: Fit,
    entry: Arc<Entry>,
    organisation: Arc<Organisation>,
    power: Option<ServiceBasis>,
    superseded_by: Option<String>,
    standing_in_for: Option<OfficerName>,
    without_mandate: bool,
}

impl<'a> Resolver<'a> {
    /// The officers that fit the need, best first.
    pub(super) fn officers(&mut self, scope: &Scope) -> Vec<Target> {
        let mut candidates = Vec::new();
        for entry in self.candidates(scope) {
            candidates.extend(self.candidate(entry, scope));
        }
        candidates.sort_unstable_by(|one, other| one.rank.cmp(&other.rank));
        let mut seen = EntrySet::default();
        candidates.retain(|candidate| seen.insert(&candidate.entry));
        for candidate in truncate(&mut candidates) {
            self.rejections.reject_officer(&candidate.entry, RejectionReason::RankedLower);
        }
        for candidate in &candidates {
            self.targeted.insert(&candidate.entry);
        }
        candidates
            .into_iter()
            .map(|candidate| self.target(candidate, scope))
            .collect()
    }

    /// Collects the candidates, each once: the officers of the involved organisations and, if the need names no organisation,
    /// the officers who list what is needed and work nationwide or in the municipality.
    fn candidates(&self, scope: &Scope) -> Vec<&'a Arc<Entry>> {
        let (view, need) = (self.view, self.need);
        let mut found = Vec::new();
        let mut seen = EntrySet::default();
        let mut add = |entry: &'a Arc<Entry>| {
            if seen.insert(entry) {
                found.push(entry);
            }
        };
        for involved in &scope.involved {
            view.entries_of(&involved.organisation.id).for_each(&mut add);
        }
        if need.organisation.is_some() {
            return found;
        }
        for code in &need.competences {
            view.national_entries_with_competence(code).for_each(&mut add);
        }
        for code in &need.domains {
            view.national_entries_with_domain(code).for_each(&mut add);
        }
        let names_it = |entry: &&Arc<Entry>| {
            entry.officer.competences.iter().any(|code| need.competences.contains(code))
                || entry.officer.domains.iter().any(|code| need.domains.contains(code))
        };
        for code in scope.municipalities.iter().chain(&need.municipality) {
            view.entries_with_area(code).filter(names_it).for_each(&mut add);
        }
        found
    }

    fn candidate(&mut self, entry: &Arc<Entry>, scope: &Scope) -> Option<Candidate> {
        let officer = &entry.officer;
        let involved = scope.get(&officer.organisation);
        let organisation = match involved {
            Some(involved) => Arc::clone(&involved.organisation),
            None => self.active_organisation(&officer.organisation)?,
        };
        if is_escalation_only(officer.kind, organisation.kind) {
            return None;
        }
        let fit = match self.fit(officer) {
            Ok(fit) => fit,
            Err(rejection) => {
                self.rejections.reject_officer(entry, rejection);
                return None;
            }
        };
        let Some(area) = self.area(officer, &organisation, scope) else {
            self.rejections.reject_officer(entry, RejectionReason::OutOfArea);
            return None;
        };
        if area == Area::Unknown && involved.is_none() {
            // It works in a part of the country, the need names no municipality, and its organisation is not involved.
            return None;
        }
        self.validity.note_candidate(entry);
        let (entry, standing_in_for, holds_it) = if self.is_absent(entry) {
            let stand_in = self.stand_in(entry, &fit)?;
            (stand_in.entry, Some(entry.officer_name()), stand_in.holds_it)
        } else {
            (Arc::clone(entry), None, true)
        };
        let superseded_by = self
            .delegated_to(&organisation, &fit, scope)
            .map(|body| body.short_name.clone());
        let may_decide = holds_it && superseded_by.is_none();
        let mandate = if may_decide {
            self.mandate_level(&entry.officer, &fit)
        } else {
            MandateLevel::Refer
        };
        let power = involved.and_then(|involved| involved.power);
        Some(Candidate {
            rank: Rank {
                is_superseded: superseded_by.is_some(),
                tier: fit.tier,
                area,
                is_beside_delegation: power != Some(ServiceBasis::Delegatie),
                mandate,
                is_stale: entry.is_stale_on(self.day),
                name: entry.officer_name(),
                stands_in: standing_in_for.is_some(),
            },
            fit,
            entry,
            organisation,
            power,
            superseded_by,
            without_mandate: !holds_it,
            standing_in_for,
        })
    }

    fn target(&mut self, candidate: Candidate, scope: &Scope) -> Target {
        self.validity.note_target(&candidate.entry);
        let Candidate {
            rank,
            fit,
            entry,
            organisation,
            ..
        } = candidate;
        let is_deputy = candidate.standing_in_for.is_some();
        let level = match (is_deputy, candidate.power) {
            (true, _) => Level::Deputy,
            (false, Some(_)) => Level::JointBody,
            (false, None) => Level::Officer,
        };
        let reason = match (rank.is_superseded, is_deputy, fit.tier) {
            (true, _, _) => TargetReason::SupersededByDelegation,
            (false, true, _) => TargetReason::Deputy,
            (false, false, Tier::Competence) => TargetReason::CompetenceMatch,
            (false, false, Tier::Domain) => TargetReason::DomainMatch,
            (false, false, Tier::Generalist) => TargetReason::Generalist,
            (false, false, Tier::Organisation) => TargetReason::OrganisationMatch,
        };
        let explanation = self.explainer().officer(&OfficerFacts {
            officer: &entry.officer,
            fit: &fit,
            area: rank.area,
            mandate: rank.mandate,
            organisation: &organisation,
            power: candidate.power,
            superseded_by: candidate.superseded_by.as_deref(),
            stands_in: is_deputy,
            without_mandate: candidate.without_mandate,
            municipalities: &scope.municipalities,
        });
        Target {
            level,
            reason,
            explanation,
            reachable_from: self.reachable_from(&entry),
            entry: Some(visible(&entry, self.shown_on)),
            organisation,
            mandate_level: Some(rank.mandate),
            standing_in_for: candidate.standing_in_for,
            without_mandate: candidate.without_mandate,
            stale: rank.is_stale,
        }
    }

    /// The organisation, if it is not suspended and exists on the day of the need. Rejects it otherwise.
    pub(super) fn active_organisation(&mut self, id: &OrganisationId) -> Option<Arc<Organisation>> {
        let organisation = Arc::clone(self.view.organisation(id)?);
        self.validity.note_organisation(&organisation);
        if !organisation.is_visible() {
            self.rejections.reject_organisation(id, RejectionReason::Suspended);
            return None;
        }
        if !organisation.is_valid_on(self.day) {
            self.rejections.reject_organisation(id, RejectionReason::NotValid);
            return None;
        }
        Some(organisation)
    }
}

/// Truncates the ranked candidates and returns the removed ones: of an organisation that has a holder of the competence, all but
/// the first few without it, and everything after the last place.
fn truncate(candidates: &mut Vec<Candidate>) -> Vec<Candidate> {
    let has_holder: BTreeSet<OrganisationId> = candidates
        .iter()
        .filter(|candidate| candidate.fit.tier == Tier::Competence)
        .map(|candidate| candidate.organisation.id.clone())
        .collect();
    let mut lesser: BTreeMap<OrganisationId, usize> = BTreeMap::new();
    let mut kept = 0;
    let exceeds_limit = |candidate: &mut Candidate| {
        let id = &candidate.organisation.id;
        if candidate.fit.tier != Tier::Competence && has_holder.contains(id) {
            let count = lesser.entry(id.clone()).or_default();
            *count += 1;
            if *count > MOST_LESSER {
                return true;
            }
        }
        kept += 1;
        kept > MOST_OFFICERS
    };
    candidates.extract_if(.., exceeds_limit).collect()
}

/// Whether an officer only appears in the escalation: it backs the LMM or belongs to it.
fn is_escalation_only(kind: OfficerKind, organisation: OrganisationKind) -> bool {
    matches!(kind, OfficerKind::Ambassadeur | OfficerKind::Escalatielid)
        || matches!(organisation, OrganisationKind::Loket | OrganisationKind::Escalatieteam)
}
