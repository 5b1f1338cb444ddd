//! Segments in memory: the newest changes, searchable before tantivy has committed them.
//!
//! A commit takes ten milliseconds or more; building one of these takes microseconds per entry. They are immutable: each
//! change adds one, and the view merges them when there are many.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::facts::SegmentFacts;
use super::packing::field_lengths;
use super::postings::{DocId, PostingList};
use super::reader::{Segment, TermSource};
use super::terms::DocumentTerms;
use crate::analyse::Analyser;
use crate::document::{IndexedOfficer, TextField};
use crate::error::IndexError;

/// A small segment in memory.
pub(crate) struct MemorySegment {
    officers: Vec<Arc<IndexedOfficer>>,
    facts: SegmentFacts,
    /// The postings of the terms of each text field, in the order of [`TextField`].
    words: [BTreeMap<String, Vec<(DocId, u32)>>; 5],
    codes: HashMap<String, Vec<(DocId, u32)>>,
}

impl MemorySegment {
    /// Builds a segment of these officers.
    pub(crate) fn new(officers: Vec<Arc<IndexedOfficer>>, analyser: &Analyser) -> Self {
        let mut segment = Self {
            officers: Vec::with_capacity(officers.len()),
            facts: SegmentFacts::default(),
            words: Default::default(),
            codes: HashMap::new(),
        };
        for (doc, officer) in (0..).zip(officers) {
            let terms = DocumentTerms::of(&officer, analyser);
            segment.facts.push(&officer, field_lengths(&terms.fields));
            segment.officers.push(officer);
            for (postings, field) in segment.words.iter_mut().zip(terms.fields) {
                for (term, frequency) in field.frequencies {
                    postings.entry(term).or_default().push((doc, frequency));
                }
            }
            for code in terms.codes {
                segment.codes.entry(code).or_default().push((doc, 1));
            }
        }
        segment
    }

    /// Returns the officers, for merging them into another segment.
    pub(crate) fn officers(&self) -> &[Arc<IndexedOfficer>] {
        &self.officers
    }
}

impl Segment for MemorySegment {
    fn facts(&self) -> &SegmentFacts {
        &self.facts
    }

    fn postings(&self, source: TermSource, term: &str) -> Result<Option<PostingList<'_>>, IndexError> {
        let postings = match source {
            TermSource::Text(field) => self.words[field as usize].get(term),
            TermSource::Codes => self.codes.get(term),
        };
        Ok(postings.map(|postings| PostingList::Memory(postings)))
    }

    fn terms(&self, field: TextField, prefix: &str, visit: &mut dyn FnMut(&str)) -> Result<(), IndexError> {
        let terms = self.words[field as usize].range(prefix.to_owned()..);
        for (term, _) in terms.take_while(|(term, _)| term.starts_with(prefix)) {
            visit(term);
        }
        Ok(())
    }

    fn document(&self, doc: DocId) -> Result<IndexedOfficer, IndexError> {
        Ok(IndexedOfficer::clone(&self.officers[doc as usize]))
    }

    fn has_deletions(&self) -> bool {
        false
    }

    fn is_deleted(&self, _doc: DocId) -> bool {
        false
    }
}
