//! What is left of a sum by who the officer is, and who carries a competence out.

use register::identifier::OrganisationId;
use register::officer::OfficerKind;
use register::organisation::OrganisationKind;

use super::Observer;
use crate::language::Executor;
use crate::plan::{Plan, PlannedCompetence};
use crate::score::{Score, UNIT};
use crate::segment::{Doc, Facts, Segment, SegmentFacts};

/// What is left of a competence at its first, second and further executors, and where it is not carried out.
const EXECUTOR_COUNTS: [i64; 3] = [UNIT, 820, 780];
const NOT_EXECUTOR: i64 = 740;
/// What is left of a score: outside the named area, at another organisation than the named one, of an ambassador or
/// escalation member who stands behind others.
const OTHER_AREA: i64 = 60;
const OTHER_ORGANISATION: i64 = 460;
const STANDS_BEHIND: i64 = 560;

/// Who carries a competence out, in the numbers of a segment.
pub(super) struct Executes<'a> {
    competence: &'a PlannedCompetence,
    /// The number of each executor that is an organisation of the segment.
    organisations: Vec<Option<u32>>,
}

impl<'a> Executes<'a> {
    pub(super) fn new(competence: &'a PlannedCompetence, segment: &dyn Segment) -> Self {
        let organisations = competence.executors.iter().map(|executor| match executor {
            Executor::Organisation(id) => segment.facts().organisations.find(id),
            Executor::Kind(_) | Executor::Unlisted => None,
        });
        Self {
            competence,
            organisations: organisations.collect(),
        }
    }

    /// What is left of the competence at an officer's organisation, in parts of [`UNIT`].
    #[inline]
    pub(super) fn by(&self, facts: &Facts) -> i64 {
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
            Some(place) => EXECUTOR_COUNTS[place.min(EXECUTOR_COUNTS.len() - 1)],
            None if self.competence.executors.is_empty() => UNIT,
            None if self.competence.is_theirs_only => 0,
            None => NOT_EXECUTOR,
        }
    }
}

/// What is left of a sum by who the officer is.
pub(super) struct Judge<'a> {
    plan: &'a Plan,
    facts: &'a SegmentFacts,
    municipalities: Vec<u32>,
    organisations: Vec<u32>,
    names_ministries: bool,
}

impl<'a> Judge<'a> {
    pub(super) fn new(plan: &'a Plan, facts: &'a SegmentFacts) -> Self {
        let number = |id: &OrganisationId| facts.organisations.find(id);
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
                .filter_map(|code| facts.municipalities.find(code))
                .collect(),
            organisations: plan.organisations.iter().filter_map(|(id, _)| number(id)).collect(),
            names_ministries,
        }
    }

    #[inline]
    pub(super) fn judge(&self, sum: i64, doc: Doc, observer: &mut impl Observer) -> Score {
        let facts = self.facts.of(doc);
        let mut score = Score(sum);
        let mut take = |layer: &'static str, factor: i64| {
            let left = score.times(factor);
            observer.gave(doc, layer, "", "", left.0 - score.0);
            score = left;
        };
        if !self.plan.municipalities.is_empty() && !self.serves(doc, facts) {
            take("place", OTHER_AREA);
        }
        let is_named = self.organisations.contains(&facts.organisation);
        if !self.plan.organisations.is_empty() && !is_named {
            take("organisation", self.other_organisation());
        }
        if matches!(facts.kind, OfficerKind::Ambassadeur | OfficerKind::Escalatielid) && !self.is_asked(facts, is_named) {
            take("role", STANDS_BEHIND);
        }
        score
    }

    fn serves(&self, doc: Doc, facts: &Facts) -> bool {
        facts.is_national
            || self
                .facts
                .area_of
                .of(doc)
                .iter()
                .any(|code| self.municipalities.contains(code))
    }

    fn is_asked(&self, facts: &Facts, is_named: bool) -> bool {
        is_named
            || self.plan.roles.iter().any(|(kind, _)| *kind == facts.kind)
            || (self.names_ministries && facts.organisation_kind == OrganisationKind::Ministerie)
    }

    /// What is left at another organisation: the less, the more surely one was named.
    fn other_organisation(&self) -> i64 {
        let surest = self.plan.organisations.iter().map(|(_, weight)| weight.0).max().unwrap_or(0);
        UNIT - (UNIT - OTHER_ORGANISATION) * surest.min(UNIT) / UNIT
    }
}
