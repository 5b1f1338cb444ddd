//! One consistent snapshot of the index: committed segments, newest changes, and the position they make up.
//!
//! A search takes one view and keeps it; the writer publishes another. Nothing in a view ever changes.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use register::identifier::{CompetenceCode, DomainCode, MunicipalityCode, OrganisationId};
use register::organisation::OrganisationKind;
use register::position::Position;

use crate::arrange::{Candidate, Ranked, arrange};
use crate::error::IndexError;
use crate::language::{Language, Versions};
use crate::plan::Plan;
use crate::present::present;
use crate::question::Filters;
use crate::results::{Facets, Paging, Results, TextField};
use crate::score::SortKey;
use crate::scorer::{Match, Unobserved, WordWeights, forms, score};
use crate::segment::committed::CommittedSegment;
use crate::segment::memory::MemorySegment;
use crate::segment::{Doc, Facts, Segment, SegmentFacts, Source};
use crate::suggest::Tally;

/// A segment and the documents of it that newer changes have replaced.
pub(crate) struct Part {
    pub(crate) segment: PartSegment,
    pub(crate) hidden: Arc<HashSet<Doc>>,
}

/// Either kind of segment.
#[derive(Clone)]
pub(crate) enum PartSegment {
    Committed(Arc<CommittedSegment>),
    Memory(Arc<MemorySegment>),
}

impl PartSegment {
    pub(crate) fn as_segment(&self) -> &dyn Segment {
        match self {
            Self::Committed(segment) => segment.as_ref(),
            Self::Memory(segment) => segment.as_ref(),
        }
    }
}

impl Part {
    pub(crate) fn new(segment: PartSegment) -> Self {
        Self {
            segment,
            hidden: Arc::new(HashSet::new()),
        }
    }

    pub(crate) fn is_live(&self, doc: Doc) -> bool {
        !self.hidden.contains(&doc) && !self.segment.as_segment().is_deleted(doc)
    }

    fn live_documents(&self) -> usize {
        let held = match &self.segment {
            PartSegment::Committed(segment) => segment.live_documents(),
            PartSegment::Memory(segment) => segment.officers().len(),
        };
        // Only live documents are ever hidden.
        held - self.hidden.len()
    }
}

/// A snapshot.
pub(crate) struct View {
    pub(crate) position: Position,
    pub(crate) parts: Vec<Part>,
    tally: OnceLock<Tally>,
}

impl View {
    pub(crate) fn new(position: Position, parts: Vec<Part>) -> Self {
        Self {
            position,
            parts,
            tally: OnceLock::new(),
        }
    }

    /// How many officers there are of each thing; counted when it is first asked.
    pub(crate) fn tally(&self) -> &Tally {
        self.tally.get_or_init(|| Tally::of(self))
    }

    /// How many officers there are.
    pub(crate) fn len(&self) -> usize {
        self.parts.iter().map(Part::live_documents).sum()
    }

    /// One page of the answer to `plan`.
    pub(crate) fn search(
        &self,
        plan: &Plan,
        paging: &Paging,
        language: &Language,
        weights: &WordWeights,
    ) -> Result<Results, IndexError> {
        let mut counts = Counts::default();
        let candidates = self.candidates(plan, weights, &mut counts)?;
        let total = candidates.len();
        let ranked = arrange(plan, candidates);
        let results = ranked.len();
        let (page, next) = page(ranked, paging);
        let mut hits = Vec::with_capacity(page.len());
        for ranked in page {
            if let Some((part, doc)) = self.find(&ranked.key.name)? {
                let officer = self.parts[part].segment.as_segment().document(doc)?;
                hits.push(present(plan, ranked, officer, language, paging.explain)?);
            }
        }
        Ok(Results {
            position: self.position,
            hits,
            total,
            results,
            facets: counts.into_facets(),
            next,
        })
    }

    /// All matches, counted by kind of thing on the way.
    pub(crate) fn candidates(
        &self,
        plan: &Plan,
        weights: &WordWeights,
        counts: &mut Counts,
    ) -> Result<Vec<Candidate>, IndexError> {
        let mut candidates = Vec::new();
        for part in &self.parts {
            let facts = part.segment.as_segment().facts();
            let mut segment_counts = SegmentCounts::new(facts);
            for found in self.matches(plan, part, weights)? {
                let document = facts.of(found.doc);
                segment_counts.count(document);
                candidates.push(Candidate {
                    key: facts.key(document, found.score),
                    organisation_kind: document.organisation_kind,
                    desk: document.desk,
                });
            }
            counts.add(segment_counts, facts);
        }
        Ok(candidates)
    }

    /// The live documents of a part that the plan matches and its filters let through.
    fn matches(&self, plan: &Plan, part: &Part, weights: &WordWeights) -> Result<Vec<Match>, IndexError> {
        let segment = part.segment.as_segment();
        let mut found = score(plan, segment, weights, &mut Unobserved)?;
        let filter = Filter::new(&plan.filters, segment.facts());
        found.retain(|found| part.is_live(found.doc) && filter.lets_through(segment.facts().of(found.doc)));
        Ok(found)
    }

    /// Where the live document of this name lies.
    pub(crate) fn find(&self, name: &register::identifier::OfficerName) -> Result<Option<(usize, Doc)>, IndexError> {
        let term = crate::segment::terms::code::name(name);
        for (number, part) in self.parts.iter().enumerate() {
            let mut found = None;
            part.segment.as_segment().postings(Source::Codes, &term, &mut |doc, _| {
                if part.is_live(doc) {
                    found = Some((number, doc));
                }
            })?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// What the words of `plan` would weigh by how rare they are in this collection: BM25's idf, on the scale of ours.
    pub(crate) fn collection_weights(&self, plan: &Plan) -> Result<WordWeights, IndexError> {
        let all = self.len() as f64;
        let mut weights = Vec::with_capacity(plan.words.len());
        for word in &plan.words {
            let mut holding = 0;
            for part in &self.parts {
                let segment = part.segment.as_segment();
                let mut docs: HashSet<Doc> = HashSet::new();
                for field in TextField::ALL {
                    for term in forms(word, field, segment)?.into_keys() {
                        segment.postings(Source::Text(field), &term, &mut |doc, _| {
                            docs.insert(doc);
                        })?;
                    }
                }
                holding += docs.into_iter().filter(|doc| part.is_live(*doc)).count();
            }
            let inverse = |holding: f64| (1.0 + (all - holding + 0.5) / (holding + 0.5)).ln();
            weights.push(inverse(holding as f64) / inverse(1.0));
        }
        Ok(WordWeights::Collection(weights))
    }
}

/// Refuses a plan whose scores would mean something else here.
pub(crate) fn check_versions(plan: &Plan, versions: &Versions) -> Result<(), IndexError> {
    if plan.versions == *versions {
        return Ok(());
    }
    Err(IndexError::OtherVersions {
        plan: plan.versions.to_string(),
        index: versions.to_string(),
    })
}

/// The page that was asked, and the key to ask the next one with.
fn page(mut ranked: Vec<Ranked>, paging: &Paging) -> (Vec<Ranked>, Option<SortKey>) {
    let start = match &paging.after {
        None => 0,
        // The very result, or, when it has gone since, whatever stands where it stood.
        Some(after) => match ranked.iter().position(|result| result.key == *after) {
            Some(seen) => seen + 1,
            None => ranked.iter().position(|result| result.key > *after).unwrap_or(ranked.len()),
        },
    };
    let end = start.saturating_add(paging.limit).min(ranked.len());
    let has_more = end < ranked.len();
    let page: Vec<Ranked> = ranked.drain(start..end).collect();
    let next = page.last().filter(|_| has_more).map(|last| last.key.clone());
    (page, next)
}

/// The filters in the numbers of a segment.
struct Filter<'a> {
    filters: &'a Filters,
    organisations: Vec<u32>,
    domains: Vec<u32>,
    competences: Vec<u32>,
    municipalities: Vec<u32>,
}

impl<'a> Filter<'a> {
    fn new(filters: &'a Filters, facts: &SegmentFacts) -> Self {
        Self {
            filters,
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

    fn lets_through(&self, facts: &Facts) -> bool {
        let filters = self.filters;
        let any = |wanted: &[u32], held: &[u32]| held.iter().any(|number| wanted.contains(number));
        (filters.organisations.is_empty() || self.organisations.contains(&facts.organisation))
            && (filters.organisation_kinds.is_empty() || filters.organisation_kinds.contains(&facts.organisation_kind))
            && (filters.kinds.is_empty() || filters.kinds.contains(&facts.kind))
            && (filters.domains.is_empty() || any(&self.domains, &facts.domains))
            && (filters.competences.is_empty() || any(&self.competences, &facts.competences))
            && (filters.municipalities.is_empty() || facts.area.is_empty() || any(&self.municipalities, &facts.area))
    }
}

/// Counts by the numbers of one segment.
struct SegmentCounts {
    organisations: Vec<usize>,
    kinds: HashMap<OrganisationKind, usize>,
    domains: Vec<usize>,
    competences: Vec<usize>,
    municipalities: Vec<usize>,
}

impl SegmentCounts {
    fn new(facts: &SegmentFacts) -> Self {
        Self {
            organisations: vec![0; facts.organisations.len()],
            kinds: HashMap::new(),
            domains: vec![0; facts.domains.len()],
            competences: vec![0; facts.competences.len()],
            municipalities: vec![0; facts.municipalities.len()],
        }
    }

    fn count(&mut self, facts: &Facts) {
        self.organisations[facts.organisation as usize] += 1;
        *self.kinds.entry(facts.organisation_kind).or_default() += 1;
        facts.domains.iter().for_each(|number| self.domains[*number as usize] += 1);
        facts
            .competences
            .iter()
            .for_each(|number| self.competences[*number as usize] += 1);
        facts
            .area
            .iter()
            .for_each(|number| self.municipalities[*number as usize] += 1);
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
    fn add(&mut self, counts: SegmentCounts, facts: &SegmentFacts) {
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
        for (kind, count) in counts.kinds {
            *self.kinds.entry(kind).or_default() += count;
        }
    }

    fn into_facets(self) -> Facets {
        fn ordered<T: Ord>(counts: HashMap<T, usize>) -> Vec<(T, usize)> {
            let mut counts: Vec<(T, usize)> = counts.into_iter().collect();
            counts.sort_unstable_by(|(one, count), (other, other_count)| other_count.cmp(count).then_with(|| one.cmp(other)));
            counts
        }
        Facets {
            organisations: ordered(self.organisations),
            organisation_kinds: ordered(self.kinds),
            domains: ordered(self.domains),
            competences: ordered(self.competences),
            municipalities: ordered(self.municipalities),
        }
    }
}
