//! One consistent snapshot of the index: committed segments, newest changes, and the position they make up.
//!
//! A search takes one view and keeps it; the writer publishes another. Nothing in a view ever changes.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use register::identifier::OfficerName;
use register::position::Position;

use crate::arrange::{Candidate, LAST_RANK, arrange, is_municipal};
use crate::cut::cut;
use crate::document::IndexedOfficer;
use crate::error::IndexError;
use crate::facets::{Counts, Filter, SegmentCounts};
use crate::language::Versions;
use crate::plan::Plan;
use crate::question::Grouping;
use crate::results::TextField;
use crate::score::Score;
use crate::scorer::{Match, Unobserved, WordWeights, forms, score};
use crate::segment::committed::CommittedSegment;
use crate::segment::memory::MemorySegment;
use crate::segment::{Doc, Segment, Source};
use crate::share::{Share, Wanted};
use crate::suggest::Tally;

/// A match and where it lies.
struct Found {
    part: usize,
    doc: Doc,
    score: Score,
}

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

    /// What this register contributes to the answer to `plan`.
    pub(crate) fn share(&self, plan: &Plan, wanted: &Wanted, weights: &WordWeights) -> Result<Share, IndexError> {
        let share = self.strict_share(plan, wanted, weights, false)?;
        if share.total > 0 || plan.least <= Score(1) {
            return Ok(share);
        }
        // Nothing scores what a question that was understood asks for. Then a weak answer is better than none.
        let lenient = Plan {
            least: Score(1),
            ..plan.clone()
        };
        self.strict_share(&lenient, wanted, weights, true)
    }

    fn strict_share(&self, plan: &Plan, wanted: &Wanted, weights: &WordWeights, is_lenient: bool) -> Result<Share, IndexError> {
        let mut counts = Counts::default();
        let found = self.found(plan, wanted, weights, &mut counts)?;
        let total = found.len();
        let sizes = self.group_sizes(plan, &found);
        let singles = total - sizes.values().sum::<usize>();
        // Where a page begins is only known when everything before it is; and a group may stand anywhere.
        let (found, least) = if wanted.after.is_some() || !wanted.groups.is_empty() {
            (found, None)
        } else {
            self.shortlist(plan, found, wanted.limit.saturating_add(1))
        };
        let arranged = arrange(plan, self.as_candidates(&found));
        let cut = cut(plan, wanted, arranged, sizes, least);
        Ok(Share {
            position: self.position,
            is_lenient,
            total,
            singles,
            facets: counts.into_facets(),
            ranked: cut.ranked,
            municipal: cut.municipal,
            others: cut.others,
            reach: cut.reach,
        })
    }

    /// How many members each group of municipal desks has.
    fn group_sizes(&self, plan: &Plan, found: &[Found]) -> HashMap<u64, usize> {
        let mut sizes = HashMap::new();
        for found in found {
            let document = self.parts[found.part].segment.as_segment().facts().of(found.doc);
            if document.desk != 0 && is_municipal(plan, document.organisation_kind) {
                *sizes.entry(document.desk).or_default() += 1;
            }
        }
        sizes
    }

    /// All matches, counted by kind of thing on the way.
    fn found(&self, plan: &Plan, wanted: &Wanted, weights: &WordWeights, counts: &mut Counts) -> Result<Vec<Found>, IndexError> {
        let mut all = Vec::new();
        for (number, part) in self.parts.iter().enumerate() {
            let facts = part.segment.as_segment().facts();
            let mut segment_counts = SegmentCounts::new(facts);
            for found in self.matches(plan, wanted, part, weights)? {
                segment_counts.count(facts.of(found.doc));
                all.push(Found {
                    part: number,
                    doc: found.doc,
                    score: found.score,
                });
            }
            counts.add(segment_counts, facts);
        }
        Ok(all)
    }

    fn as_candidates(&self, found: &[Found]) -> Vec<Candidate> {
        let candidate = |found: &Found| {
            let facts = self.parts[found.part].segment.as_segment().facts();
            let document = facts.of(found.doc);
            Candidate {
                key: facts.key(document, found.score),
                organisation_kind: document.organisation_kind,
                desk: document.desk,
            }
        };
        found.iter().map(candidate).collect()
    }

    /// What can be among the first `limit` results; the own score under which everything was left out, if anything was.
    ///
    /// The penalty for rank within an organisation leaves at least a known share of a score. So what scores less than that
    /// share of the last of the first results cannot become one of them, nor change the rank of one; most matches of a long
    /// question are such, and need not be sorted.
    fn shortlist(&self, plan: &Plan, found: Vec<Found>, limit: usize) -> (Vec<Found>, Option<Score>) {
        if plan.is_browse || plan.grouping == Grouping::Flat || found.len() <= limit {
            return (found, None);
        }
        let mut best_of_desk: HashMap<u64, Score> = HashMap::new();
        let mut scores: Vec<Score> = Vec::new();
        let is_grouped = plan.municipalities.is_empty();
        let desk = |found: &Found| {
            if is_grouped {
                self.parts[found.part].segment.as_segment().facts().of(found.doc).desk
            } else {
                0
            }
        };
        for found in &found {
            match desk(found) {
                0 => scores.push(found.score),
                desk => {
                    let best = best_of_desk.entry(desk).or_insert(found.score);
                    *best = (*best).max(found.score);
                }
            }
        }
        scores.extend(best_of_desk.values());
        if scores.len() <= limit || limit == 0 {
            return (found, None);
        }
        let (_, last, _) = scores.select_nth_unstable_by_key(limit - 1, |score| std::cmp::Reverse(*score));
        let least = last.times(LAST_RANK);
        let can_rank = |found: &Found| match desk(found) {
            0 => found.score >= least,
            desk => best_of_desk[&desk] >= least,
        };
        (found.into_iter().filter(can_rank).collect(), Some(least))
    }

    /// The live documents of a part that the plan matches and its filters let through.
    fn matches(&self, plan: &Plan, wanted: &Wanted, part: &Part, weights: &WordWeights) -> Result<Vec<Match>, IndexError> {
        let segment = part.segment.as_segment();
        let mut found = score(plan, segment, weights, &mut Unobserved)?;
        let filter = Filter::new(&plan.filters, &wanted.without, segment.facts());
        found.retain(|found| part.is_live(found.doc) && filter.lets_through(segment.facts().of(found.doc)));
        Ok(found)
    }

    /// Where the live document of this name lies.
    pub(crate) fn find(&self, name: &OfficerName) -> Result<Option<(usize, Doc)>, IndexError> {
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
