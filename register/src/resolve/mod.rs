//! Resolve: from a need to an ordered list of targets, each with its reason.
//!
//! A pure function of the view, the rules and the need: the same input at the same position gives the same answer, and
//! the answer says until when that is so. Nobody leaves empty-handed: behind the officers stand the desks of the
//! organisations that are involved, the LMM, the ambassadors and the LET.
//!
//! **Whose matter it is.** A named organisation, or who took over from it; else whoever carries the competences out by
//! the vocabulary. For what municipalities carry out, and when only a place or a life domain is asked for, the
//! household's municipality and the joint bodies that act for it. When no organisation is named, everybody who works for
//! the whole country or in that municipality and names what is needed is a candidate too.
//!
//! **The order of officers.**
//! 1. A competence that is needed, before a life domain (one that is needed, or one of a competence that is needed), before a
//!    generalist: who holds the hardship clause (`AWB-HARDHEID`) or an instrument of PMM (`PMM-…`) and so may look at any
//!    case of its organisation. When nothing but who or where is asked, everybody fits, generalists first.
//! 2. Own area before national, before an area that cannot be compared because nobody said where the household lives.
//! 3. A joint body under *delegatie* before others; under *mandaat* it stands beside the municipality. Officers of a
//!    municipality that has passed the power on come after all who may still decide, and only refer.
//! 4. Who decides, before who advises, before who refers; verified before stale; then the name.
//!
//! Officers who only refer, of an organisation whose matter it is not, come behind the desks of those whose matter it is: a
//! household's own municipality knows who decides there better than an umbrella organisation does.
//!
//! Outside its hours an officer keeps its place, with the moment from which it can be reached. Only an absence brings the
//! deputy, to the place of whom it stands in for, without a mandate if it does not hold what is needed.

mod ambassadors;
mod behind;
mod edges;
mod fit;
mod need;
mod officers;
mod passed;
mod route;
mod scope;
mod stand_in;
#[cfg(test)]
mod tests;
mod words;

use jiff::civil::Date;

pub use need::Need;
pub use route::{Considered, DropReason, Level, Route, Target, TargetReason};

use crate::clock::dutch_date;
use crate::identifier::{DomainCode, OrganisationId};
use crate::validate::Rules;
use crate::view::View;
use edges::Edges;
use passed::{Entries, Passed};
use words::Words;

/// How many officers a route names. Who needs more has not said what is needed.
pub const MOST_OFFICERS: usize = 20;
/// How many officers without the competence a route names of an organisation that has one with it.
pub const MOST_LESSER: usize = 3;
/// How many ambassadors a route names.
pub const MOST_AMBASSADORS: usize = 3;
/// How many desks a route names of organisations that are involved only by their officers.
pub const MOST_FURTHER_DESKS: usize = 5;
/// How many of those who were passed over a route names.
pub const MOST_CONSIDERED: usize = 50;

/// Why there is no route.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    /// The organisation that was named is not in the register.
    #[error("organisation `{0}` is not in the register")]
    UnknownOrganisation(OrganisationId),
    /// Nobody fits, and no LMM is known.
    #[error("nobody fits, and no LMM is known")]
    NoTarget,
}

/// Finds the targets for `need`. The day of `rules` is the clock's today, by which names end; everything else goes by the
/// moment of the need.
pub fn resolve(view: &View, rules: &Rules<'_>, need: &Need) -> Result<Route, ResolveError> {
    let mut resolver = Resolver::new(view, rules, need);
    let scope = resolver.scope()?;
    let officers = resolver.officers(&scope);
    let mut targets = resolver.with_desks(&scope, officers);
    targets.extend(resolver.escalation(&scope));
    if targets.is_empty() {
        return Err(ResolveError::NoTarget);
    }
    let words = resolver.words();
    let (considered, considered_total) = resolver.passed.into_considered(&resolver.named, &words, MOST_CONSIDERED);
    Ok(Route {
        targets,
        considered,
        considered_total,
        valid_until: resolver.edges.nearest(),
        position: view.position(),
    })
}

/// One need being resolved.
struct Resolver<'a> {
    view: &'a View,
    rules: &'a Rules<'a>,
    need: &'a Need,
    /// The day of the need in the Netherlands.
    day: Date,
    /// The day by which names are shown: a name that has ended is not shown for a need in the past either.
    shown_on: Date,
    /// The life domains that are needed, and those of the competences that are needed. Each once.
    domains: Vec<DomainCode>,
    edges: Edges,
    passed: Passed,
    /// The officers that are targets already: each is one once.
    named: Entries,
}

impl<'a> Resolver<'a> {
    fn new(view: &'a View, rules: &'a Rules<'a>, need: &'a Need) -> Self {
        let day = dutch_date(need.moment);
        let mut domains: Vec<DomainCode> = Vec::new();
        let of_competences = need
            .competences
            .iter()
            .flat_map(|code| rules.vocabulary.domains_of_competence(code));
        for code in need.domains.iter().chain(of_competences) {
            if !domains.contains(code) {
                domains.push(code.clone());
            }
        }
        Self {
            view,
            rules,
            need,
            day,
            shown_on: day.max(rules.today),
            domains,
            edges: Edges::after(need.moment, day),
            passed: Passed::default(),
            named: Entries::default(),
        }
    }

    fn words(&self) -> Words<'a> {
        Words {
            view: self.view,
            rules: self.rules,
            need: self.need,
        }
    }
}
