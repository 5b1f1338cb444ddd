//! Selects the ambassadors of a route. They back the LMM and raise structural problems at their ministry.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::fit::{Fit, Tier, is_generalist};
use super::limits::MOST_AMBASSADORS;
use super::resolver::Resolver;
use super::route::{Level, RejectionReason, Target, TargetReason};
use super::scope::Scope;
use crate::entry::Entry;
use crate::identifier::{CompetenceCode, DomainCode, OfficerName};
use crate::officer::{Officer, OfficerKind};
use crate::organisation::Organisation;

/// One subject of a need.
enum Topic {
    Competence(CompetenceCode),
    Domain(DomainCode),
    /// The need names no subject: everything that the involved organisations carry out.
    CarriedOut(BTreeSet<CompetenceCode>),
}

/// An ambassador with its relevance.
struct RankedAmbassador {
    /// Its distance to each topic, 0 the nearest. None if unrelated.
    nearness: Vec<Option<u8>>,
    entry: Arc<Entry>,
    organisation: Arc<Organisation>,
    standing_in_for: Option<OfficerName>,
}

impl Resolver<'_> {
    /// Selects the nearest ambassadors for each topic: those with the competence, otherwise those with another scheme of the same
    /// law, otherwise those with its first life domain.
    pub(super) fn ambassadors(&mut self, scope: &Scope) -> Vec<Target> {
        let topics = self.topics(scope);
        let mut found = Vec::new();
        for entry in self.view.entries_of_kind(OfficerKind::Ambassadeur) {
            found.extend(self.ambassador(entry, scope, &topics));
        }
        found.sort_by_key(|found: &RankedAmbassador| {
            let nearest = found.nearness.iter().flatten().min().copied();
            let is_stale = found.entry.is_stale_on(self.day);
            (nearest, is_stale, found.entry.officer_name(), found.standing_in_for.clone())
        });
        let mut seen = self.targeted.clone();
        found.retain(|found| seen.insert(&found.entry));

        let nearest: Vec<Option<u8>> = (0..topics.len())
            .map(|topic| found.iter().filter_map(|found| found.nearness[topic]).min())
            .collect();
        let is_nearest = |found: &RankedAmbassador| {
            found
                .nearness
                .iter()
                .zip(&nearest)
                .any(|(one, best)| one.is_some() && one == best)
        };
        let (mut targets, mut others): (Vec<RankedAmbassador>, Vec<RankedAmbassador>) = found.into_iter().partition(is_nearest);
        others.extend(targets.drain(MOST_AMBASSADORS.min(targets.len())..));
        for other in others {
            self.rejections.reject_officer(&other.entry, RejectionReason::RankedLower);
        }
        for found in &targets {
            self.targeted.insert(&found.entry);
        }
        targets.into_iter().map(|found| self.as_target(found)).collect()
    }

    fn ambassador(&mut self, entry: &Arc<Entry>, scope: &Scope, topics: &[Topic]) -> Option<RankedAmbassador> {
        let is_named = self.need.organisation.is_some() && scope.get(&entry.officer.organisation).is_some();
        let nearness: Vec<Option<u8>> = topics
            .iter()
            .map(|topic| {
                if is_named {
                    Some(0)
                } else {
                    self.nearness(&entry.officer, topic)
                }
            })
            .collect();
        if nearness.iter().all(Option::is_none) {
            return None;
        }
        let organisation = self.active_organisation(&entry.officer.organisation)?;
        self.validity.note_candidate(entry);
        if !self.is_absent(entry) {
            return Some(RankedAmbassador {
                nearness,
                entry: Arc::clone(entry),
                organisation,
                standing_in_for: None,
            });
        }
        let fit = Fit {
            tier: Tier::Organisation,
            competences: Vec::new(),
            domains: Vec::new(),
            is_generalist: false,
        };
        let stand_in = self.stand_in(entry, &fit)?;
        Some(RankedAmbassador {
            nearness,
            entry: stand_in.entry,
            organisation,
            standing_in_for: Some(entry.officer_name()),
        })
    }

    fn as_target(&mut self, found: RankedAmbassador) -> Target {
        let explanation = self.explainer().team(&found.organisation, Level::Ambassador);
        let mandate = found.entry.officer.mandate_level(None, self.day);
        let (level, reason) = (Level::Ambassador, TargetReason::Ambassador);
        Target {
            standing_in_for: found.standing_in_for,
            ..self.officer_target(&found.entry, &found.organisation, level, reason, explanation, mandate)
        }
    }

    /// Lists the subjects of the need.
    fn topics(&self, scope: &Scope) -> Vec<Topic> {
        if self.need.has_topic() {
            let competences = self.need.competences.iter().cloned().map(Topic::Competence);
            return competences
                .chain(self.need.domains.iter().cloned().map(Topic::Domain))
                .collect();
        }
        let is_theirs = |key: &String| {
            let executor = self.rules.vocabulary.executor(key);
            executor
                .and_then(|executor| executor.organisation.as_ref())
                .is_some_and(|id| scope.get(id).is_some())
        };
        let carried_out = self.rules.vocabulary.competences().iter();
        let carried_out = carried_out
            .filter(|competence| competence.executed_by.iter().any(is_theirs))
            // Generalist competences apply to every organisation, so they do not point to a ministry.
            .filter(|competence| !is_generalist(&competence.code))
            .map(|competence| competence.code.clone());
        vec![Topic::CarriedOut(carried_out.collect())]
    }

    fn nearness(&self, officer: &Officer, topic: &Topic) -> Option<u8> {
        let vocabulary = self.rules.vocabulary;
        match topic {
            Topic::CarriedOut(codes) => officer.competences.iter().any(|code| codes.contains(code)).then_some(0),
            Topic::Domain(code) => officer.domains.contains(code).then_some(2),
            Topic::Competence(code) => {
                let law = |code| vocabulary.competence(code).map(|known| known.official_title.as_str());
                let first_domain = vocabulary.domains_of_competence(code).first();
                if officer.competences.contains(code) {
                    Some(0)
                } else if officer.competences.iter().any(|own| law(own) == law(code)) {
                    Some(1)
                } else if first_domain.is_some_and(|first| officer.domains.contains(first)) {
                    Some(2)
                } else {
                    None
                }
            }
        }
    }
}
