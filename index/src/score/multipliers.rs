//! Multipliers of scores: for the executor of a competence, and for the area, organisation and role of the officer.

use register::identifier::OrganisationId;
use register::officer::OfficerKind;
use register::organisation::OrganisationKind;

use super::contributions::Observer;
use crate::analyse::Executor;
use crate::plan::{Plan, PlannedCompetence};
use crate::segment::{DocId, DocumentFacts, Segment, SegmentFacts};
use crate::sort_key::{Score, UNIT};

/// The factors of a competence at its first, second and further executors, and at other organisations, in multiples of
/// 1/[`UNIT`].
const EXECUTOR_FACTORS: [i64; 3] = [UNIT, 820, 780];
const NOT_EXECUTOR_FACTOR: i64 = 740;
/// The factors of a score, in multiples of 1/[`UNIT`]: outside the named area, at another organisation than the named one,
/// and for ambassadors and members of the escalation team, who support other officers.
const OTHER_AREA_FACTOR: i64 = 60;
const OTHER_ORGANISATION_FACTOR: i64 = 460;
const SUPPORTING_ROLE_FACTOR: i64 = 560;

/// The multiplier of a competence by the organisation of the officer.
pub(super) struct ExecutorMultiplier<'a> {
    competence: &'a PlannedCompetence,
    /// The number of each executor that is an organisation of the segment.
    organisations: Vec<Option<u32>>,
}

impl<'a> ExecutorMultiplier<'a> {
    /// Looks up the executors of `competence` in `segment`.
    pub(super) fn new(competence: &'a PlannedCompetence, segment: &dyn Segment) -> Self {
        let organisations = competence.executors.iter().map(|executor| match executor {
            Executor::Organisation(id) => segment.facts().organisations.number(id),
            Executor::Kind(_) | Executor::Unlisted => None,
        });
        Self {
            competence,
            organisations: organisations.collect(),
        }
    }

    /// Returns the factor for the organisation of an officer, in multiples of 1/[`UNIT`].
    #[inline]
    pub(super) fn factor(&self, facts: &DocumentFacts) -> i64 {
        let place = self
            .competence
            .executors
            .iter()
            .zip(&self.organisations)
            .position(|(executor, number)| match executor {
                Executor::Organisation(_) => *number == Some(facts.organisation),
                Executor::Kind(kind) => *kind == facts.organisation_kind,
                Executor::Unlisted => matches!(
                    facts.organisation_kind,
                    OrganisationKind::Overig
                        | OrganisationKind::Samenwerkingsverband
                        | OrganisationKind::Zorg
                        | OrganisationKind::Koepel
                ),
            });
        match place {
            Some(place) => EXECUTOR_FACTORS[place.min(EXECUTOR_FACTORS.len() - 1)],
            None if self.competence.executors.is_empty() => UNIT,
            None if self.competence.executors_only => 0,
            None => NOT_EXECUTOR_FACTOR,
        }
    }
}

/// The multipliers of a score by the area, organisation and role of the officer.
pub(super) struct Multipliers<'a> {
    plan: &'a Plan,
    facts: &'a SegmentFacts,
    municipalities: Vec<u32>,
    organisations: Vec<u32>,
    names_ministries: bool,
}

impl<'a> Multipliers<'a> {
    /// Looks up what `plan` names in `facts`.
    pub(super) fn new(plan: &'a Plan, facts: &'a SegmentFacts) -> Self {
        let number = |id: &OrganisationId| facts.organisations.number(id);
        let names_ministries = plan
            .organisation_kinds
            .iter()
            .any(|(kind, _)| *kind == OrganisationKind::Ministerie);
        Self {
            plan,
            facts,
            municipalities: plan
                .municipalities
                .iter()
                .filter_map(|code| facts.municipalities.number(code))
                .collect(),
            organisations: plan.organisations.iter().filter_map(|(id, _)| number(id)).collect(),
            names_ministries,
        }
    }

    /// Multiplies the sum of a document.
    #[inline]
    pub(super) fn apply(&self, sum: i64, doc: DocId, observer: &mut impl Observer) -> Score {
        let facts = self.facts.of(doc);
        let mut score = Score(sum);
        let mut multiply = |layer: &'static str, factor: i64| {
            let product = score.times(factor);
            observer.record(doc, layer, "", "", product.0 - score.0);
            score = product;
        };
        if !self.plan.municipalities.is_empty() && !self.serves(doc, facts) {
            multiply("place", OTHER_AREA_FACTOR);
        }
        let is_named = self.organisations.contains(&facts.organisation);
        if !self.plan.organisations.is_empty() && !is_named {
            multiply("organisation", self.other_organisation_factor());
        }
        if matches!(facts.kind, OfficerKind::Ambassadeur | OfficerKind::Escalatielid) && !self.is_asked_for(facts, is_named) {
            multiply("role", SUPPORTING_ROLE_FACTOR);
        }
        score
    }

    fn serves(&self, doc: DocId, facts: &DocumentFacts) -> bool {
        facts.is_national
            || self
                .facts
                .area_of
                .of(doc)
                .iter()
                .any(|code| self.municipalities.contains(code))
    }

    fn is_asked_for(&self, facts: &DocumentFacts, is_named: bool) -> bool {
        is_named
            || self.plan.roles.iter().any(|(kind, _)| *kind == facts.kind)
            || (self.names_ministries && facts.organisation_kind == OrganisationKind::Ministerie)
    }

    /// Returns the factor at other organisations than the named ones: lower if the name is more certain.
    fn other_organisation_factor(&self) -> i64 {
        let highest = self.plan.organisations.iter().map(|(_, weight)| weight.0).max().unwrap_or(0);
        UNIT - (UNIT - OTHER_ORGANISATION_FACTOR) * highest.min(UNIT) / UNIT
    }
}
