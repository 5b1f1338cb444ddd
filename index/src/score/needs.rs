//! Which documents of a segment are for which of several needs.

use register::identifier::CompetenceCode;

use super::multipliers::ExecutorMultiplier;
use crate::plan::{MAX_NEEDS, Plan};
use crate::segment::{DocId, SegmentFacts};
use crate::sort_key::Score;

/// A set of needs, by their numbers in the plan.
type NeedSet = u8;

const _: () = assert!(MAX_NEEDS <= NeedSet::BITS as usize);

/// The needs of a plan in a segment.
pub(crate) struct SegmentNeeds {
    /// The needs that each set of competences has a part in.
    of_competences: Vec<NeedSet>,
    /// The needs that each class of documents has an executor of.
    of_classes: Vec<NeedSet>,
    /// The lowest score of the best officer for each need.
    least: Vec<Score>,
}

impl SegmentNeeds {
    /// Returns the needs of a plan in a segment, with the `executors` of the competences of the plan that the segment has; `None`
    /// if the plan has no needs.
    ///
    /// An officer is for a need if it has its competence, and its organisation carries it out.
    pub(super) fn new<'a>(
        plan: &Plan,
        facts: &SegmentFacts,
        executors: impl Fn(&CompetenceCode) -> Option<&'a ExecutorMultiplier>,
    ) -> Option<Self> {
        let mut planned = plan.needs().peekable();
        planned.peek()?;
        let mut needs = Self {
            of_competences: vec![0; facts.competences_of.sets()],
            of_classes: vec![0; facts.classes().len()],
            least: Vec::new(),
        };
        for (number, need) in planned.enumerate() {
            needs.least.push(need.weight.times(plan.weights.scoring.need));
            let (Some(executors), Some(code)) = (executors(&need.code), facts.competences.number(&need.code)) else {
                continue;
            };
            for (needs, held) in needs.of_competences.iter_mut().zip(facts.competences_of.iter()) {
                *needs |= NeedSet::from(held.contains(&code)) << number;
            }
            for (needs, class) in needs.of_classes.iter_mut().zip(facts.classes()) {
                *needs |= NeedSet::from(executors.has(class)) << number;
            }
        }
        Some(needs)
    }

    /// Returns the needs that a document of the segment with this score can be the best for, by number. With a score far below
    /// the weight of a need, the officer serves another area.
    #[inline]
    pub(crate) fn of(&self, doc: DocId, score: Score, facts: &SegmentFacts) -> impl Iterator<Item = usize> {
        let held = self.of_competences[facts.competences_of.set(doc) as usize];
        let needs = held & self.of_classes[facts.class_number(doc) as usize];
        let least = self.least.iter().enumerate();
        least.filter_map(move |(number, least)| (needs >> number & 1 == 1 && score >= *least).then_some(number))
    }
}
