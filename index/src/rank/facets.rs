//! Facets: the number of matching officers per value.
//!
//! Counting uses the numbers of a segment, so it compares no text per document.

use std::collections::HashMap;

use register::identifier::{CompetenceCode, DomainCode, MunicipalityCode, OrganisationId};
use register::organisation::OrganisationKind;
use serde::Serialize;

use crate::segment::{DocId, SegmentFacts};

/// The number of matching officers per value, highest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Facets {
    /// By organisation.
    pub organisations: Vec<(OrganisationId, usize)>,
    /// By kind of organisation.
    pub organisation_kinds: Vec<(OrganisationKind, usize)>,
    /// By life domain.
    pub domains: Vec<(DomainCode, usize)>,
    /// By competence.
    pub competences: Vec<(CompetenceCode, usize)>,
    /// By municipality that they serve. National officers are not counted here.
    pub municipalities: Vec<(MunicipalityCode, usize)>,
}

impl Facets {
    /// Sums the counts of several registers. No officer may be in two of them.
    pub fn sum<'a>(facets: impl IntoIterator<Item = &'a Facets>) -> Facets {
        fn add<T: Clone + Eq + std::hash::Hash>(into: &mut HashMap<T, usize>, counts: &[(T, usize)]) {
            for (value, count) in counts {
                *into.entry(value.clone()).or_default() += count;
            }
        }
        let mut sum = FacetCounts::default();
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

/// The counts of one segment, by number.
pub(crate) struct SegmentFacetCounts {
    organisations: Vec<usize>,
    /// In the order of [`OrganisationKind::ALL`].
    kinds: [usize; OrganisationKind::ALL.len()],
    domains: Vec<usize>,
    competences: Vec<usize>,
    municipalities: Vec<usize>,
}

impl SegmentFacetCounts {
    /// Starts counting at zero.
    pub(crate) fn new(facts: &SegmentFacts) -> Self {
        Self {
            organisations: vec![0; facts.organisations.len()],
            kinds: [0; OrganisationKind::ALL.len()],
            domains: vec![0; facts.domains.len()],
            competences: vec![0; facts.competences.len()],
            municipalities: vec![0; facts.municipalities.len()],
        }
    }

    /// Counts a document.
    pub(crate) fn count(&mut self, facts: &SegmentFacts, doc: DocId) {
        fn count(counts: &mut [usize], numbers: &[u32]) {
            numbers.iter().for_each(|number| counts[*number as usize] += 1);
        }
        let class = facts.class(doc);
        self.organisations[class.organisation as usize] += 1;
        self.kinds[class.organisation_kind as usize] += 1;
        count(&mut self.domains, facts.domains_of.of(doc));
        count(&mut self.competences, facts.competences_of.of(doc));
        count(&mut self.municipalities, facts.area_of.of(doc));
    }
}

/// The counts of several segments, by value.
#[derive(Default)]
pub(crate) struct FacetCounts {
    organisations: HashMap<OrganisationId, usize>,
    kinds: HashMap<OrganisationKind, usize>,
    domains: HashMap<DomainCode, usize>,
    competences: HashMap<CompetenceCode, usize>,
    municipalities: HashMap<MunicipalityCode, usize>,
}

impl FacetCounts {
    /// Adds the counts of a segment.
    pub(crate) fn add(&mut self, counts: SegmentFacetCounts, facts: &SegmentFacts) {
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

    /// Orders the counts.
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

/// Orders counts from high to low, then by value.
fn ordered<T: Ord>(counts: HashMap<T, usize>) -> Vec<(T, usize)> {
    let mut counts: Vec<(T, usize)> = counts.into_iter().collect();
    counts.sort_unstable_by(|(one, count), (other, other_count)| other_count.cmp(count).then_with(|| one.cmp(other)));
    counts
}
