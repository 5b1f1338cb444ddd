//! What filters let through, and how many matches there are of each thing.
//!
//! Both work in the numbers of a segment and compare no text per document.

use std::collections::{BTreeSet, HashMap};

use register::identifier::{CompetenceCode, DomainCode, MunicipalityCode, OrganisationId};
use register::organisation::OrganisationKind;

use crate::question::Filters;
use crate::results::Facets;
use crate::segment::{Doc, SegmentFacts};

/// The filters in the numbers of a segment.
pub(crate) struct Filter<'a> {
    filters: &'a Filters,
    facts: &'a SegmentFacts,
    organisations: Vec<u32>,
    domains: Vec<u32>,
    competences: Vec<u32>,
    municipalities: Vec<u32>,
    /// Organisations that another register answers for.
    without: Vec<u32>,
}

impl<'a> Filter<'a> {
    pub(crate) fn new(filters: &'a Filters, without: &BTreeSet<OrganisationId>, facts: &'a SegmentFacts) -> Self {
        Self {
            filters,
            facts,
            without: without.iter().filter_map(|id| facts.organisations.find(id)).collect(),
            organisations: filters
                .organisations
                .iter()
                .filter_map(|id| facts.organisations.find(id))
                .collect(),
            domains: filters.domains.iter().filter_map(|code| facts.domains.find(code)).collect(),
            competences: filters
                .competences
                .iter()
                .filter_map(|code| facts.competences.find(code))
                .collect(),
            municipalities: filters
                .municipalities
                .iter()
                .filter_map(|code| facts.municipalities.find(code))
                .collect(),
        }
    }

    /// Whether nothing is limited.
    pub(crate) fn is_empty(&self) -> bool {
        self.filters.is_empty() && self.without.is_empty()
    }

    pub(crate) fn lets_through(&self, doc: Doc) -> bool {
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

/// Counts by the numbers of one segment.
pub(crate) struct SegmentCounts {
    organisations: Vec<usize>,
    /// In the order of [`OrganisationKind::ALL`].
    kinds: [usize; OrganisationKind::ALL.len()],
    domains: Vec<usize>,
    competences: Vec<usize>,
    municipalities: Vec<usize>,
}

impl SegmentCounts {
    pub(crate) fn new(facts: &SegmentFacts) -> Self {
        Self {
            organisations: vec![0; facts.organisations.len()],
            kinds: [0; OrganisationKind::ALL.len()],
            domains: vec![0; facts.domains.len()],
            competences: vec![0; facts.competences.len()],
            municipalities: vec![0; facts.municipalities.len()],
        }
    }

    pub(crate) fn count(&mut self, facts: &SegmentFacts, doc: Doc) {
        fn count(counts: &mut [usize], numbers: &[u32]) {
            numbers.iter().for_each(|number| counts[*number as usize] += 1);
        }
        let document = facts.of(doc);
        self.organisations[document.organisation as usize] += 1;
        self.kinds[document.organisation_kind as usize] += 1;
        count(&mut self.domains, facts.domains_of.of(doc));
        count(&mut self.competences, facts.competences_of.of(doc));
        count(&mut self.municipalities, facts.area_of.of(doc));
    }
}

/// Counts of all segments.
#[derive(Default)]
pub(crate) struct Counts {
    organisations: HashMap<OrganisationId, usize>,
    kinds: HashMap<OrganisationKind, usize>,
    domains: HashMap<DomainCode, usize>,
    competences: HashMap<CompetenceCode, usize>,
    municipalities: HashMap<MunicipalityCode, usize>,
}

impl Counts {
    pub(crate) fn add(&mut self, counts: SegmentCounts, facts: &SegmentFacts) {
        fn merge<T: Clone + Eq + std::hash::Hash>(into: &mut HashMap<T, usize>, counts: Vec<usize>, value: impl Fn(u32) -> T) {
            for (number, count) in (0..).zip(counts).filter(|(_, count)| *count > 0) {
                *into.entry(value(number)).or_default() += count;
            }
        }
        merge(&mut self.organisations, counts.organisations, |number| {
            facts.organisations.value(number).clone()
        });
        merge(&mut self.domains, counts.domains, |number| {
            facts.domains.value(number).clone()
        });
        merge(&mut self.competences, counts.competences, |number| {
            facts.competences.value(number).clone()
        });
        merge(&mut self.municipalities, counts.municipalities, |number| {
            facts.municipalities.value(number).clone()
        });
        for (kind, count) in OrganisationKind::ALL
            .into_iter()
            .zip(counts.kinds)
            .filter(|(_, count)| *count > 0)
        {
            *self.kinds.entry(kind).or_default() += count;
        }
    }

    pub(crate) fn into_facets(self) -> Facets {
        Facets {
            organisations: ordered(self.organisations),
            organisation_kinds: ordered(self.kinds),
            domains: ordered(self.domains),
            competences: ordered(self.competences),
            municipalities: ordered(self.municipalities),
        }
    }
}

impl Facets {
    /// The counts of several registers together; no officer is in two of them.
    pub fn sum<'a>(facets: impl IntoIterator<Item = &'a Facets>) -> Facets {
        fn add<T: Clone + Eq + std::hash::Hash>(into: &mut HashMap<T, usize>, counts: &[(T, usize)]) {
            for (value, count) in counts {
                *into.entry(value.clone()).or_default() += count;
            }
        }
        let mut sum = Counts::default();
        for facets in facets {
            add(&mut sum.organisations, &facets.organisations);
            add(&mut sum.kinds, &facets.organisation_kinds);
            add(&mut sum.domains, &facets.domains);
            add(&mut sum.competences, &facets.competences);
            add(&mut sum.municipalities, &facets.municipalities);
        }
        sum.into_facets()
    }
}

/// Most first, then by value.
fn ordered<T: Ord>(counts: HashMap<T, usize>) -> Vec<(T, usize)> {
    let mut counts: Vec<(T, usize)> = counts.into_iter().collect();
    counts.sort_unstable_by(|(one, count), (other, other_count)| other_count.cmp(count).then_with(|| one.cmp(other)));
    counts
}
