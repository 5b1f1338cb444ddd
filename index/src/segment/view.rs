//! Views: consistent snapshots of all segments at one position.
//!
//! A search takes one view and keeps it, while the writer publishes newer ones. A view never changes.

use std::collections::BTreeMap;
use std::sync::Arc;

use fixedbitset::FixedBitSet;
use register::identifier::OfficerName;
use register::position::Position;

use super::committed::CommittedSegment;
use super::competence_sets::CompetenceSets;
use super::facts::SegmentFacts;
use super::memory::MemorySegment;
use super::postings::DocId;
use super::reader::Segment;
use crate::analyse::Analyser;
use crate::document::IndexedOfficer;

/// The most segments in memory before they are merged into one.
const MAX_MEMORY_SEGMENTS: usize = 8;

/// The officers that changed: as they are now, or none if withdrawn.
pub(crate) type Changes = BTreeMap<OfficerName, Option<Arc<IndexedOfficer>>>;

/// A segment of a view, and which of its documents are live.
pub(crate) struct ViewSegment {
    handle: SegmentHandle,
    /// The documents that are neither deleted nor replaced by those of newer segments; `None` if all are live.
    live: Option<Arc<FixedBitSet>>,
}

/// A segment of either kind.
#[derive(Clone)]
enum SegmentHandle {
    Committed(Arc<CommittedSegment>),
    Memory(Arc<MemorySegment>),
}

impl ViewSegment {
    pub(super) fn committed(segment: CommittedSegment) -> Self {
        Self {
            live: segment.live_documents().map(Arc::new),
            handle: SegmentHandle::Committed(Arc::new(segment)),
        }
    }

    fn memory(officers: Vec<Arc<IndexedOfficer>>, analyser: &Analyser, sets: &Arc<CompetenceSets>) -> Self {
        let segment = MemorySegment::new(officers, analyser, sets.clone());
        Self {
            live: None,
            handle: SegmentHandle::Memory(Arc::new(segment)),
        }
    }

    /// Returns the segment, without regard to replaced documents.
    pub(crate) fn segment(&self) -> &dyn Segment {
        match &self.handle {
            SegmentHandle::Committed(segment) => segment.as_ref(),
            SegmentHandle::Memory(segment) => segment.as_ref(),
        }
    }

    /// Whether a document is neither deleted nor replaced.
    pub(crate) fn is_live(&self, doc: DocId) -> bool {
        self.live.as_ref().is_none_or(|live| live.contains(doc as usize))
    }

    /// Returns the documents that are live; `None` if all are.
    pub(crate) fn live(&self) -> Option<&FixedBitSet> {
        self.live.as_deref()
    }

    fn live_documents(&self) -> usize {
        let documents = self.segment().facts().len() as usize;
        self.live.as_ref().map_or(documents, |live| live.count_ones(..))
    }

    /// Returns the segment with the documents of these names replaced.
    fn replacing<'a>(&self, names: impl Iterator<Item = &'a OfficerName>) -> Self {
        let facts = self.segment().facts();
        let documents = names.flat_map(|name| facts.documents_of(name));
        let replaced: Vec<DocId> = documents.filter(|doc| self.is_live(*doc)).collect();
        let mut live = self.live.clone();
        if !replaced.is_empty() {
            let live = live.get_or_insert_with(|| Arc::new(all_documents(facts)));
            let live = Arc::make_mut(live);
            replaced.iter().for_each(|doc| live.remove(*doc as usize));
        }
        Self {
            handle: self.handle.clone(),
            live,
        }
    }
}

/// Returns the set of all documents of a segment.
pub(crate) fn all_documents(facts: &SegmentFacts) -> FixedBitSet {
    let mut all = FixedBitSet::with_capacity(facts.len() as usize);
    all.insert_range(..);
    all
}

/// A snapshot of the index.
pub(crate) struct View {
    pub(crate) position: Position,
    pub(crate) segments: Vec<ViewSegment>,
    /// The numbers of the groups in all segments.
    pub(crate) competence_sets: Arc<CompetenceSets>,
}

impl View {
    /// Returns the number of officers.
    pub(crate) fn len(&self) -> usize {
        self.segments.iter().map(ViewSegment::live_documents).sum()
    }

    /// Returns the facts of the documents of a segment.
    pub(crate) fn facts(&self, segment: u32) -> &SegmentFacts {
        self.segments[segment as usize].segment().facts()
    }

    /// Returns the segment and number of the live document of this name.
    pub(crate) fn locate(&self, name: &OfficerName) -> Option<(usize, DocId)> {
        self.segments.iter().enumerate().find_map(|(number, segment)| {
            let mut documents = segment.segment().facts().documents_of(name);
            Some((number, documents.find(|doc| segment.is_live(*doc))?))
        })
    }

    /// Returns a view at `position` with `changes` on top, in a segment in memory.
    pub(crate) fn with_changes(&self, position: Position, changes: &Changes, analyser: &Analyser) -> Self {
        let segments = self.segments.iter().map(|segment| segment.replacing(changes.keys()));
        let mut segments: Vec<ViewSegment> = segments.collect();
        let officers: Vec<Arc<IndexedOfficer>> = changes.values().flatten().cloned().collect();
        if !officers.is_empty() {
            segments.push(ViewSegment::memory(officers, analyser, &self.competence_sets));
        }
        Self {
            position,
            segments: merged(segments, analyser, &self.competence_sets),
            competence_sets: self.competence_sets.clone(),
        }
    }
}

/// Merges the segments in memory into one if there are many.
fn merged(segments: Vec<ViewSegment>, analyser: &Analyser, sets: &Arc<CompetenceSets>) -> Vec<ViewSegment> {
    let is_memory = |segment: &ViewSegment| matches!(segment.handle, SegmentHandle::Memory(_));
    if segments.iter().filter(|segment| is_memory(segment)).count() <= MAX_MEMORY_SEGMENTS {
        return segments;
    }
    let (memory, mut kept): (Vec<ViewSegment>, Vec<ViewSegment>) = segments.into_iter().partition(is_memory);
    let mut live = Vec::new();
    for segment in memory {
        if let SegmentHandle::Memory(memory) = &segment.handle {
            let officers = (0..).zip(memory.officers());
            live.extend(
                officers
                    .filter(|(doc, _)| segment.is_live(*doc))
                    .map(|(_, officer)| officer.clone()),
            );
        }
    }
    kept.push(ViewSegment::memory(live, analyser, sets));
    kept
}
