//! Filters, applied in the numbers of a segment, so that they compare no text per document.

use std::collections::BTreeSet;

use register::identifier::OrganisationId;

use crate::plan::Filters;
use crate::segment::{DocId, SegmentFacts};

/// The filters of a plan in the numbers of a segment.
pub(crate) struct Filter<'a> {
    filters: &'a Filters,
    facts: &'a SegmentFacts,
    organisations: Vec<u32>,
    domains: Vec<u32>,
    competences: Vec<u32>,
    municipalities: Vec<u32>,
    /// The organisations for which another register answers.
    without: Vec<u32>,
}

impl<'a> Filter<'a> {
    /// Looks up `filters` and the organisations `without` in `facts`.
    pub(crate) fn new(filters: &'a Filters, without: &BTreeSet<OrganisationId>, facts: &'a SegmentFacts) -> Self {
        let organisations = filters.organisations.iter();
        let domains = filters.domains.iter();
        let competences = filters.competences.iter();
        let municipalities = filters.municipalities.iter();
        Self {
            filters,
            facts,
            organisations: organisations.filter_map(|id| facts.organisations.number(id)).collect(),
            domains: domains.filter_map(|code| facts.domains.number(code)).collect(),
            competences: competences.filter_map(|code| facts.competences.number(code)).collect(),
            municipalities: municipalities.filter_map(|code| facts.municipalities.number(code)).collect(),
            without: without.iter().filter_map(|id| facts.organisations.number(id)).collect(),
        }
    }

    /// Whether every document passes.
    pub(crate) fn is_empty(&self) -> bool {
        self.filters.is_empty() && self.without.is_empty()
    }

    /// Whether a document passes.
    pub(crate) fn passes(&self, doc: DocId) -> bool {
        let filters = self.filters;
        let document = self.facts.of(doc);
        let any = |wanted: &[u32], held: &[u32]| held.iter().any(|number| wanted.contains(number));
        !self.without.contains(&document.organisation)
            && (filters.organisations.is_empty() || self.organisations.contains(&document.organisation))
            && (filters.organisation_kinds.is_empty() || filters.organisation_kinds.contains(&document.organisation_kind))
            && (filters.kinds.is_empty() || filters.kinds.contains(&document.kind))
            && (filters.domains.is_empty() || any(&self.domains, self.facts.domains_of.of(doc)))
            && (filters.competences.is_empty() || any(&self.competences, self.facts.competences_of.of(doc)))
            && (filters.municipalities.is_empty()
                || document.is_national
                || any(&self.municipalities, self.facts.area_of.of(doc)))
    }
}
