//! Filters, applied in the numbers of a segment, so that they compare no text per document.

use std::collections::BTreeSet;

use register::identifier::OrganisationId;

use crate::plan::Filters;
use crate::segment::{DocId, DocumentClass, SegmentFacts};

/// The filters of a plan in the numbers of a segment.
pub(crate) struct Filter<'a> {
    facts: &'a SegmentFacts,
    /// Whether documents of each class pass; empty if all do.
    classes: Vec<bool>,
    domains: Option<Vec<u32>>,
    competences: Option<Vec<u32>>,
    municipalities: Option<Vec<u32>>,
}

impl<'a> Filter<'a> {
    /// Looks up `filters` in `facts`, and the organisations `without`, for which another register answers.
    pub(crate) fn new(filters: &Filters, without: &BTreeSet<OrganisationId>, facts: &'a SegmentFacts) -> Self {
        fn wanted<T>(codes: &[T], number: impl Fn(&T) -> Option<u32>) -> Option<Vec<u32>> {
            (!codes.is_empty()).then(|| codes.iter().filter_map(number).collect())
        }
        Self {
            facts,
            classes: classes(filters, without, facts),
            domains: wanted(&filters.domains, |code| facts.domains.number(code)),
            competences: wanted(&filters.competences, |code| facts.competences.number(code)),
            municipalities: wanted(&filters.municipalities, |code| facts.municipalities.number(code)),
        }
    }

    /// Whether every document passes.
    pub(crate) fn is_empty(&self) -> bool {
        let lists = [&self.domains, &self.competences, &self.municipalities];
        self.classes.is_empty() && lists.into_iter().all(Option::is_none)
    }

    /// Whether a document passes.
    #[inline]
    pub(crate) fn passes(&self, doc: DocId) -> bool {
        fn any<'a>(wanted: Option<&Vec<u32>>, held: impl Fn() -> &'a [u32]) -> bool {
            wanted.is_none_or(|wanted| held().iter().any(|number| wanted.contains(number)))
        }
        let facts = self.facts;
        let is_of_class = self.classes.is_empty() || self.classes[facts.class_number(doc) as usize];
        is_of_class
            && any(self.domains.as_ref(), || facts.domains_of.of(doc))
            && any(self.competences.as_ref(), || facts.competences_of.of(doc))
            && (facts.is_national(doc) || any(self.municipalities.as_ref(), || facts.area_of.of(doc)))
    }
}

/// Returns whether documents of each class of `facts` pass; an empty list if all do.
fn classes(filters: &Filters, without: &BTreeSet<OrganisationId>, facts: &SegmentFacts) -> Vec<bool> {
    let without: Vec<u32> = without.iter().filter_map(|id| facts.organisations.number(id)).collect();
    let asks_for_kinds = !filters.organisation_kinds.is_empty() || !filters.kinds.is_empty();
    if filters.organisations.is_empty() && without.is_empty() && !asks_for_kinds {
        return Vec::new();
    }
    let organisations = filters.organisations.iter();
    let organisations: Vec<u32> = organisations.filter_map(|id| facts.organisations.number(id)).collect();
    let passes = |class: &DocumentClass| {
        !without.contains(&class.organisation)
            && (filters.organisations.is_empty() || organisations.contains(&class.organisation))
            && (filters.organisation_kinds.is_empty() || filters.organisation_kinds.contains(&class.organisation_kind))
            && (filters.kinds.is_empty() || filters.kinds.contains(&class.kind))
    };
    facts.classes().iter().map(passes).collect()
}
