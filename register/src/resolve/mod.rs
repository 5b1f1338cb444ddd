//! Resolve: turns a need into an ordered list of targets, each with its reason.
//!
//! [`resolve`] is a pure function of the view, the rules and the need: the same input at the same position gives the same
//! route. The route states until when that holds. Nobody leaves empty-handed: after the officers come the desks of the
//! involved organisations, the LMM, the ambassadors and the LET.
//!
//! **Involved organisations.** If the need names an organisation, that one or its successors. Otherwise the executors of the
//! competences in the vocabulary. For municipal schemes, and for a need with only a place or a life domain, the household's
//! municipality and the joint bodies that act for it. If the need names no organisation, officers who work nationwide or in
//! that municipality and who list what is needed are candidates too.
//!
//! **The order of officers.**
//! 1. By match: a needed competence, then a life domain (a needed one, or one of a needed competence), then a generalist. A
//!    generalist holds the hardship clause (`AWB-HARDHEID`) or an instrument of PMM (`PMM-…`) and may look at any case of its
//!    organisation. If the need names neither competence nor domain, everybody matches, generalists first.
//! 2. By area: own municipality, then nationwide, then an area that cannot be compared because the need names no municipality.
//! 3. By power: a joint body under *delegatie* comes first; under *mandaat* it ranks equally with the municipality. Officers of
//!    a municipality that has delegated the power come after everybody who may still decide, and can only refer.
//! 4. By mandate (decide, advise, refer), then verified before stale, then by name.
//!
//! Officers of an organisation that is not involved, and who can only refer, come after the desks of the involved
//! organisations: a household's own municipality knows who decides there better than an umbrella organisation does.
//!
//! Outside its opening hours an officer keeps its place, and the target states from when it can be reached. Only an absence
//! brings in the deputy. The deputy takes the place of the absent officer, without a mandate if it does not hold what is needed.

mod ambassadors;
mod error;
mod explain;
mod fallback;
mod fit;
mod limits;
mod officers;
mod rejected;
mod resolver;
mod route;
mod scope;
mod stand_in;
#[cfg(test)]
mod tests;
mod validity;

pub use error::ResolveError;
pub use limits::{MOST_AMBASSADORS, MOST_CONSIDERED, MOST_FURTHER_DESKS, MOST_LESSER, MOST_OFFICERS};
pub use route::{Considered, Level, RejectionReason, Route, Target, TargetReason};

use crate::need::Need;
use crate::validate::Rules;
use crate::view::View;
use resolver::Resolver;

/// Finds the targets for `need`. Names expire by the day of `rules`, which is today; everything else is decided at the moment
/// of the need.
pub fn resolve(view: &View, rules: &Rules<'_>, need: &Need) -> Result<Route, ResolveError> {
    let mut resolver = Resolver::new(view, rules, need);
    let scope = resolver.scope()?;
    let officers = resolver.officers(&scope);
    let mut targets = resolver.with_desks(&scope, officers);
    targets.extend(resolver.escalation(&scope));
    if targets.is_empty() {
        return Err(ResolveError::NoTarget);
    }
    let explainer = resolver.explainer();
    let (rejected, considered_total) = resolver.rejections.into_nearest(&resolver.targeted, MOST_CONSIDERED);
    Ok(Route {
        targets,
        considered: rejected
            .into_iter()
            .map(|(name, rejection)| explainer.considered(name, rejection))
            .collect(),
        considered_total,
        valid_until: resolver.validity.valid_until(),
        position: view.position(),
    })
}
