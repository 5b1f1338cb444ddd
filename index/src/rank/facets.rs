//! Facets: the number of matching officers per value.
//!
//! Counting uses the numbers of a segment, so it compares no text per document.

use std::hash::Hash;

use register::identifier::{CompetenceCode, DomainCode, MunicipalityCode, OrganisationId};
use register::organisation::OrganisationKind;
use serde::Serialize;

use crate::hash::HashMap;
use crate::segment::{Dictionary, DocId, SegmentFacts};

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
        let mut sum = FacetCounts::default();
        for facets in facets {
            sum.organisations.add(facets.organisations.iter().cloned());
            sum.kinds.add(facets.organisation_kinds.iter().copied());
            sum.domains.add(facets.domains.iter().cloned());
            sum.competences.add(facets.competences.iter().cloned());
            sum.municipalities.add(facets.municipalities.iter().cloned());
        }
        sum.into_facets()
    }
}

/// The counts of several segments, by value.
#[derive(Default)]
pub(crate) struct FacetCounts {
    organisations: ValueCounts<OrganisationId>,
    kinds: ValueCounts<OrganisationKind>,
    domains: ValueCounts<DomainCode>,
    competences: ValueCounts<CompetenceCode>,
    municipalities: ValueCounts<MunicipalityCode>,
}

impl FacetCounts {
    /// Counts these documents of a segment.
    pub(crate) fn add(&mut self, facts: &SegmentFacts, documents: &[DocId]) {
        let mut classes = vec![0_usize; facts.classes().len()];
        documents
            .iter()
            .for_each(|doc| classes[facts.class_number(*doc) as usize] += 1);
        let mut organisations = vec![0; facts.organisations.len()];
        let mut kinds = [0; OrganisationKind::ALL.len()];
        for (class, count) in facts.classes().iter().zip(classes) {
            organisations[class.organisation as usize] += count;
            kinds[class.organisation_kind as usize] += count;
        }
        self.organisations.add(named(&facts.organisations, organisations));
        let kinds = OrganisationKind::ALL.into_iter().zip(kinds);
        self.kinds.add(kinds.filter(|(_, count)| *count > 0));
        // One kind of value after the other, because each has a list of its own.
        self.domains
            .add(named(&facts.domains, facts.domains_of.count(documents, facts.domains.len())));
        self.competences.add(named(
            &facts.competences,
            facts.competences_of.count(documents, facts.competences.len()),
        ));
        self.municipalities.add(named(
            &facts.municipalities,
            facts.area_of.count(documents, facts.municipalities.len()),
        ));
    }

    /// Orders the counts.
    pub(crate) fn into_facets(self) -> Facets {
        Facets {
            organisations: self.organisations.ordered(),
            organisation_kinds: self.kinds.ordered(),
            domains: self.domains.ordered(),
            competences: self.competences.ordered(),
            municipalities: self.municipalities.ordered(),
        }
    }
}

/// Returns the values with a count above zero. `counts` are those of the values of a segment, by number.
fn named<T: Clone + Eq + Hash>(values: &Dictionary<T>, counts: Vec<usize>) -> impl Iterator<Item = (T, usize)> {
    let counts = (0..).zip(counts).filter(|(_, count)| *count > 0);
    counts.map(|(number, count)| (values.value(number).clone(), count))
}

/// The counts of values from any number of sources.
///
/// Nearly always there is one source, whose values differ, and then nothing is hashed.
struct ValueCounts<T> {
    /// The counts of all sources. With more than one, a value can occur several times.
    counts: Vec<(T, usize)>,
    sources: usize,
}

impl<T> Default for ValueCounts<T> {
    fn default() -> Self {
        Self {
            counts: Vec::new(),
            sources: 0,
        }
    }
}

impl<T: Ord + Hash> ValueCounts<T> {
    /// Adds the counts of a source, which has each value once.
    fn add(&mut self, counts: impl Iterator<Item = (T, usize)>) {
        let before = self.counts.len();
        self.counts.extend(counts);
        self.sources += usize::from(self.counts.len() > before);
    }

    /// Orders the counts from high to low, then by value.
    fn ordered(self) -> Vec<(T, usize)> {
        let mut counts = self.counts;
        if self.sources > 1 {
            let mut sums: HashMap<T, usize> = HashMap::default();
            for (value, count) in counts {
                *sums.entry(value).or_default() += count;
            }
            counts = sums.into_iter().collect();
        }
        counts.sort_unstable_by(|(one, count), (other, other_count)| other_count.cmp(count).then_with(|| one.cmp(other)));
        counts
    }
}
