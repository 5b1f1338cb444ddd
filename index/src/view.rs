//! One consistent snapshot of the index: committed segments, newest changes, and the position they make up.
//!
//! A search takes one view and keeps it; the writer publishes another. Nothing in a view ever changes.

use std::collections::{BTreeSet, HashSet};
use std::sync::{Arc, OnceLock};

use register::identifier::OfficerName;
use register::position::Position;

use crate::arrange::{Candidate, arrange};
use crate::cut::cut;
use crate::document::IndexedOfficer;
use crate::error::IndexError;
use crate::facets::{Counts, Filter, SegmentCounts};
use crate::language::{Language, Versions};
use crate::merge::Ranked;
use crate::plan::Plan;
use crate::present::{Account, present};
use crate::results::{Facets, Hit};
use crate::score::Score;
use crate::scorer::{Resolved, WordWeights};
use crate::segment::committed::CommittedSegment;
use crate::segment::memory::MemorySegment;
use crate::segment::{Doc, Segment, SegmentFacts, Source};
use crate::share::{Share, Wanted};
use crate::shortlist::{group_sizes, shortlist};
use crate::suggest::Tally;

/// A match and where it lies.
#[derive(Clone, Copy)]
pub(crate) struct Found {
    pub(crate) part: u32,
    pub(crate) doc: Doc,
    pub(crate) score: Score,
}

/// A segment and the documents of it that newer changes have replaced.
pub(crate) struct Part {
    pub(crate) segment: PartSegment,
    /// In order.
    pub(crate) hidden: Arc<Vec<Doc>>,
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
            hidden: Arc::default(),
        }
    }

    pub(crate) fn is_live(&self, doc: Doc) -> bool {
        self.hidden.binary_search(&doc).is_err() && !self.segment.as_segment().is_deleted(doc)
    }

    /// Whether every document is live.
    fn is_whole(&self) -> bool {
        self.hidden.is_empty() && !self.segment.as_segment().has_deletions()
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
        self.tally.get_or_init(|| Tally::of(self, &BTreeSet::new()))
    }

    /// How many officers there are.
    pub(crate) fn len(&self) -> usize {
        self.parts.iter().map(Part::live_documents).sum()
    }

    /// What is known of the documents of a part.
    pub(crate) fn facts(&self, part: u32) -> &SegmentFacts {
        self.parts[part as usize].segment.as_segment().facts()
    }

    /// What this register contributes to the answer to `plan`, which `resolved` is in the terms of each part.
    pub(crate) fn share(&self, plan: &Plan, resolved: &[Resolved<'_>], wanted: &Wanted) -> Result<Share, IndexError> {
        let found = self.found(plan, resolved, plan.least, wanted)?;
        if !found.is_empty() || plan.least <= Score(1) {
            return Ok(self.share_of(plan, found, wanted, false));
        }
        // Nothing scores what a question that was understood asks for. Then a weak answer is better than none.
        let found = self.found(plan, resolved, Score(1), wanted)?;
        Ok(self.share_of(plan, found, wanted, true))
    }

    fn share_of(&self, plan: &Plan, found: Vec<Found>, wanted: &Wanted, is_lenient: bool) -> Share {
        let total = found.len();
        let facets = if wanted.no_facets {
            Facets::default()
        } else {
            self.count(&found)
        };
        let sizes = group_sizes(self, plan, &found);
        let singles = total - sizes.values().sum::<usize>();
        // Where a page begins is only known when everything before it is; and a group may stand anywhere.
        let (found, least) = if wanted.after.is_some() || !wanted.groups.is_empty() {
            (found, None)
        } else {
            shortlist(self, plan, found, wanted.limit.saturating_add(1))
        };
        let arranged = arrange(plan, self.as_candidates(&found));
        let cut = cut(plan, wanted, arranged, sizes, least);
        Share {
            position: self.position,
            is_lenient,
            total,
            singles,
            facets,
            ranked: cut.ranked,
            municipal: cut.municipal,
            others: cut.others,
            reach: cut.reach,
        }
    }

    /// The plan in the terms of each part.
    pub(crate) fn resolve<'a>(&'a self, plan: &'a Plan, weights: &WordWeights) -> Result<Vec<Resolved<'a>>, IndexError> {
        let segments = self.parts.iter().map(|part| part.segment.as_segment());
        segments.map(|segment| Resolved::new(plan, segment, weights)).collect()
    }

    /// All live matches with `least` or more that the filters let through.
    fn found(&self, plan: &Plan, resolved: &[Resolved<'_>], least: Score, wanted: &Wanted) -> Result<Vec<Found>, IndexError> {
        let mut all = Vec::new();
        for ((number, part), resolved) in (0..).zip(&self.parts).zip(resolved) {
            let filter = Filter::new(&plan.filters, &wanted.without, self.facts(number));
            let (is_whole, is_limited) = (part.is_whole(), !filter.is_empty());
            let mut matches = resolved.score(least)?;
            if !is_whole || is_limited {
                matches.retain(|found| (is_whole || part.is_live(found.doc)) && (!is_limited || filter.lets_through(found.doc)));
            }
            all.extend(matches.into_iter().map(|found| Found {
                part: number,
                doc: found.doc,
                score: found.score,
            }));
        }
        Ok(all)
    }

    /// How many matches there are of each thing.
    fn count(&self, found: &[Found]) -> Facets {
        let mut counts = Counts::default();
        for matches in found.chunk_by(|one, other| one.part == other.part) {
            let facts = self.facts(matches[0].part);
            let mut segment_counts = SegmentCounts::new(facts);
            matches.iter().for_each(|found| segment_counts.count(facts, found.doc));
            counts.add(segment_counts, facts);
        }
        counts.into_facets()
    }

    fn as_candidates(&self, found: &[Found]) -> Vec<Candidate> {
        let candidate = |found: &Found| {
            let facts = self.facts(found.part);
            Candidate {
                key: facts.key(found.doc, found.score),
                organisation_kind: facts.of(found.doc).organisation_kind,
                desk: facts.desk(found.doc),
            }
        };
        found.iter().map(candidate).collect()
    }

    /// The results of a page as hits.
    pub(crate) fn present(
        &self,
        plan: &Plan,
        resolved: &[Resolved<'_>],
        page: Vec<Ranked>,
        language: &Language,
        explain: bool,
    ) -> Result<Vec<Hit>, IndexError> {
        let mut places: Vec<Option<(usize, Doc)>> = Vec::with_capacity(page.len());
        for ranked in &page {
            places.push(self.find(&ranked.key.name)?);
        }
        let mut accounts = Vec::with_capacity(self.parts.len());
        for (number, resolved) in resolved.iter().enumerate() {
            let mut docs: Vec<Doc> = places
                .iter()
                .flatten()
                .filter(|(part, _)| *part == number)
                .map(|(_, doc)| *doc)
                .collect();
            docs.sort_unstable();
            let mut account = Account::default();
            if !docs.is_empty() {
                resolved.explain(&docs, &mut account)?;
            }
            accounts.push(account);
        }
        let located = page
            .into_iter()
            .zip(places)
            .filter_map(|(ranked, place)| Some((ranked, place?)));
        located
            .map(|(ranked, (part, doc))| {
                let given = accounts[part].take(doc);
                present(plan, &resolved[part], ranked, doc, given, language, explain)
            })
            .collect()
    }

    /// Where the live document of this name lies.
    pub(crate) fn find(&self, name: &OfficerName) -> Result<Option<(usize, Doc)>, IndexError> {
        let term = crate::segment::terms::code::name(name);
        for (number, part) in self.parts.iter().enumerate() {
            let mut found = None;
            if let Some(list) = part.segment.as_segment().find(Source::Codes, &term)? {
                list.open()?.until(Doc::MAX, |doc, _| {
                    if part.is_live(doc) {
                        found = Some((number, doc));
                    }
                });
            }
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// The live officer of this name.
    pub(crate) fn officer(&self, name: &OfficerName) -> Result<Option<IndexedOfficer>, IndexError> {
        let found = self.find(name)?;
        found
            .map(|(part, doc)| self.parts[part].segment.as_segment().document(doc))
            .transpose()
    }

    /// What the words of `plan` would weigh by how rare they are in this collection: BM25's idf, on the scale of ours.
    pub(crate) fn collection_weights(&self, plan: &Plan) -> Result<WordWeights, IndexError> {
        let all = self.len() as f64;
        let resolved = self.resolve(plan, &WordWeights::Static)?;
        let mut weights = Vec::with_capacity(plan.words.len());
        for word in 0..plan.words.len() {
            let mut holding = 0;
            for (part, resolved) in self.parts.iter().zip(&resolved) {
                let mut docs: HashSet<Doc> = HashSet::new();
                for list in resolved.lists(word) {
                    list.open()?.until(Doc::MAX, |doc, _| {
                        docs.insert(doc);
                    });
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
