//! From a question to a plan.
//!
//! - `question`: the input; `planned`: the output, with how it was `understanding`
//! - `compile`: runs the recognisers of `recognise` in order and weighs what they find
//! - `bounds`: checks a plan that another register sent

mod bounds;
mod compile;
mod planned;
mod question;
mod recognise;
#[cfg(test)]
mod tests;
mod understanding;

pub(crate) use bounds::MAX_NEEDS;
pub use bounds::PLAN_FORM;
pub use planned::{ApproximateMatching, Plan, PlanParts, PlannedCompetence, PlannedWord};
pub use question::{Filters, Grouping, Question};
pub use understanding::{
    Certainty, Correction, NoScheme, Understanding, UnderstoodCompetence, UnderstoodOrganisation, UnderstoodPlace,
};
