//! The state of one resolution. The files beside this one implement its steps.

use jiff::civil::Date;

use super::rejected::{EntrySet, Rejections};
use super::validity::Validity;
use crate::clock::dutch_date;
use crate::identifier::DomainCode;
use crate::need::Need;
use crate::validate::Rules;
use crate::view::View;

/// One need that is being resolved.
pub(super) struct Resolver<'a> {
    pub(super) view: &'a View,
    pub(super) rules: &'a Rules<'a>,
    pub(super) need: &'a Need,
    /// The day of the need in the Netherlands.
    pub(super) day: Date,
    /// The day that decides which names are shown: an expired name is not shown for a need in the past either.
    pub(super) shown_on: Date,
    /// The life domains of the need and of its competences, each once.
    pub(super) domains: Vec<DomainCode>,
    pub(super) validity: Validity,
    pub(super) rejections: Rejections,
    /// The officers that are targets already. Each is a target once.
    pub(super) targeted: EntrySet,
}

impl<'a> Resolver<'a> {
    /// Starts resolving `need`.
    pub(super) fn new(view: &'a View, rules: &'a Rules<'a>, need: &'a Need) -> Self {
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
            validity: Validity::new(need.moment, day),
            rejections: Rejections::default(),
            targeted: EntrySet::default(),
        }
    }
}
