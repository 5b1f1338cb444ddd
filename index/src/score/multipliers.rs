//! Multipliers of scores: for the executor of a competence, and for the area, organisation and role of the officer.

use register::identifier::OrganisationId;
use register::officer::OfficerKind;
use register::organisation::OrganisationKind;

use super::contributions::Observer;
use crate::analyse::Executor;
use crate::plan::{Plan, PlannedCompetence};
use crate::segment::{DocId, DocumentClass, Segment, SegmentFacts};
use crate::sort_key::{Score, UNIT};
use crate::weights::ScoringWeights;

/// The place of an organisation that does not carry the competence out, after those of the executors.
const NONE: usize = 3;

/// The multiplier of a competence by the organisation of the officer.
pub(super) struct ExecutorMultiplier {
    /// The place of the first executor of each kind, in the order of [`OrganisationKind::ALL`].
    kinds: [usize; OrganisationKind::ALL.len()],
    /// The executors that are organisations of the segment, by number, with their places.
    organisations: Vec<(u32, usize)>,
    /// The factors by place. The last is for organisations that do not carry it out.
    factors: [i64; NONE + 1],
}

impl ExecutorMultiplier {
    /// Looks up the executors of `competence` in `segment`.
    pub(super) fn new(competence: &PlannedCompetence, weights: &ScoringWeights, segment: &dyn Segment) -> Self {
        let places = || places(&competence.executors);
        let organisations = places().filter_map(|(executor, place)| match executor {
            Executor::Organisation(id) => Some((segment.facts().organisations.number(id)?, place)),
            Executor::Kind(_) | Executor::Unlisted => None,
        });
        let elsewhere = if competence.executors.is_empty() {
            UNIT
        } else if competence.executors_only {
            0
        } else {
            weights.not_executor
        };
        let [first, second, further] = weights.executors;
        Self {
            kinds: places_of_kinds(&competence.executors),
            organisations: organisations.collect(),
            factors: [first, second, further, elsewhere],
        }
    }

    /// Returns the factor for the organisation of an officer, in multiples of 1/[`UNIT`].
    #[inline]
    pub(super) fn factor(&self, class: &DocumentClass) -> i64 {
        self.factors[self.place(class)]
    }

    /// Whether the organisation of an officer is an executor.
    pub(super) fn has(&self, class: &DocumentClass) -> bool {
        self.place(class) < NONE
    }

    /// Returns the place of the organisation of an officer among the executors.
    #[inline]
    fn place(&self, class: &DocumentClass) -> usize {
        let mut place = self.kinds[class.organisation_kind as usize];
        for (organisation, of_organisation) in &self.organisations {
            if *organisation == class.organisation {
                place = place.min(*of_organisation);
            }
        }
        place
    }
}

/// The multipliers of a score by the area, organisation and role of the officer.
pub(super) struct Multipliers<'a> {
    weights: &'a ScoringWeights,
    facts: &'a SegmentFacts,
    /// Whether the plan names municipalities, so that officers for other areas score lower.
    has_area: bool,
    /// The factors of each class of documents, in multiples of 1/[`UNIT`].
    classes: Vec<ClassFactors>,
}

#[derive(Clone, Copy)]
struct ClassFactors {
    organisation: i64,
    role: i64,
}

impl<'a> Multipliers<'a> {
    /// Looks up what `plan` names in `facts`.
    pub(super) fn new(plan: &'a Plan, facts: &'a SegmentFacts) -> Self {
        let weights = &plan.weights.scoring;
        let number = |id: &OrganisationId| facts.organisations.number(id);
        let organisations: Vec<u32> = plan.organisations.iter().filter_map(|(id, _)| number(id)).collect();
        let names_ministries = plan
            .organisation_kinds
            .iter()
            .any(|(kind, _)| *kind == OrganisationKind::Ministerie);
        let other_organisation = other_organisation_factor(plan);
        let factors = |class: &DocumentClass| {
            let is_named = organisations.contains(&class.organisation);
            let supports = matches!(class.kind, OfficerKind::Ambassadeur | OfficerKind::Escalatielid);
            let is_asked_for = is_named
                || plan.roles.iter().any(|(kind, _)| *kind == class.kind)
                || (names_ministries && class.organisation_kind == OrganisationKind::Ministerie);
            ClassFactors {
                organisation: if plan.organisations.is_empty() || is_named {
                    UNIT
                } else {
                    other_organisation
                },
                role: if supports && !is_asked_for {
                    weights.supporting_role
                } else {
                    UNIT
                },
            }
        };
        Self {
            weights,
            facts,
            has_area: !plan.municipalities.is_empty(),
            classes: facts.classes().iter().map(factors).collect(),
        }
    }

    /// Multiplies the sum of a document. `serves` tells whether it is for a named municipality.
    #[inline(always)]
    pub(super) fn apply<'o>(
        &self,
        sum: i64,
        doc: DocId,
        serves: impl FnOnce() -> bool,
        observer: &mut impl Observer<'o>,
    ) -> Score {
        let factors = self.classes[self.facts.class_number(doc) as usize];
        let mut score = Score(sum);
        let mut multiply = |layer: &'static str, factor: i64| {
            let product = score.times(factor);
            observer.record(doc, layer, "", "", product.0 - score.0);
            score = product;
        };
        if self.has_area && !serves() {
            multiply("place", self.weights.other_area);
        }
        if factors.organisation != UNIT {
            multiply("organisation", factors.organisation);
        }
        if factors.role != UNIT {
            multiply("role", factors.role);
        }
        score
    }
}

/// Returns the executors with their places: all after the second share one.
fn places(executors: &[Executor]) -> impl Iterator<Item = (&Executor, usize)> {
    executors.iter().zip((0..NONE).chain(std::iter::repeat(NONE - 1)))
}

/// Returns the place of the first executor of each kind.
fn places_of_kinds(executors: &[Executor]) -> [usize; OrganisationKind::ALL.len()] {
    let place_of = |wanted: Executor| {
        places(executors)
            .find(|(executor, _)| **executor == wanted)
            .map(|(_, place)| place)
    };
    let unlisted = place_of(Executor::Unlisted);
    OrganisationKind::ALL.map(|kind| {
        let may_be_unlisted = matches!(
            kind,
            OrganisationKind::Overig | OrganisationKind::Samenwerkingsverband | OrganisationKind::Zorg | OrganisationKind::Koepel
        );
        // A kind that the scheme names is not one of its unlisted bodies too.
        let place = place_of(Executor::Kind(kind)).or(unlisted.filter(|_| may_be_unlisted));
        place.unwrap_or(NONE)
    })
}

/// Returns the factor at other organisations than the named ones: lower if the name is more certain.
fn other_organisation_factor(plan: &Plan) -> i64 {
    let highest = plan.organisations.iter().map(|(_, weight)| weight.0).max().unwrap_or(0);
    UNIT - (UNIT - plan.weights.scoring.other_organisation) * highest.min(UNIT) / UNIT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_kind_is_not_an_unlisted_body_too() {
        use OrganisationKind::{Gemeente, Koepel, Samenwerkingsverband, Zorg};
        let executors = [
            Executor::Unlisted,
            Executor::Kind(Samenwerkingsverband),
            Executor::Kind(Gemeente),
        ];
        let places = places_of_kinds(&executors);
        let of = |kind: OrganisationKind| places[kind as usize];
        assert_eq!([Zorg, Koepel, Samenwerkingsverband, Gemeente].map(of), [0, 0, 1, 2]);
        assert_eq!(of(OrganisationKind::Ministerie), NONE);
    }
}
