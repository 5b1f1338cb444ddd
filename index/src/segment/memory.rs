//! The newest changes, searchable before tantivy has committed them.
//!
//! A commit costs ten milliseconds and more; building one of these costs microseconds per entry. They are immutable:
//! a change makes a new one, and the index folds them together when there are several.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::terms::{DocumentTerms, FieldTerms};
use super::{Doc, PostingList, Segment, SegmentFacts, Source};
use crate::analyser::Analyser;
use crate::document::IndexedOfficer;
use crate::error::IndexError;
use crate::results::TextField;

/// A small segment in memory.
pub(crate) struct MemorySegment {
    officers: Vec<Arc<IndexedOfficer>>,
    facts: SegmentFacts,
    /// Per text field, in the order of the dictionary.
    words: [BTreeMap<String, Vec<(Doc, u32)>>; 5],
    codes: HashMap<String, Vec<(Doc, u32)>>,
}

impl MemorySegment {
    /// A segment with these officers.
    pub(crate) fn new(officers: Vec<Arc<IndexedOfficer>>, analyser: &Analyser) -> Self {
        let mut segment = Self {
            officers: Vec::with_capacity(officers.len()),
            facts: SegmentFacts::default(),
            words: Default::default(),
            codes: HashMap::new(),
        };
        for (doc, officer) in (0..).zip(officers) {
            let terms = DocumentTerms::of(&officer, analyser);
            segment.facts.push(&officer, lengths(&terms.fields));
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

    /// The officers, to fold them into another segment or commit them.
    pub(crate) fn officers(&self) -> &[Arc<IndexedOfficer>] {
        &self.officers
    }
}

/// Words per field, as far as a document's facts count.
pub(crate) fn lengths(fields: &[FieldTerms; 5]) -> [u16; 5] {
    fields.each_ref().map(|field| {
        u16::try_from(field.length)
            .unwrap_or(u16::MAX)
            .min(super::committed::LONGEST_FIELD)
    })
}

impl Segment for MemorySegment {
    fn facts(&self) -> &SegmentFacts {
        &self.facts
    }

    fn find(&self, source: Source, term: &str) -> Result<Option<PostingList<'_>>, IndexError> {
        let postings = match source {
            Source::Text(field) => self.words[field as usize].get(term),
            Source::Codes => self.codes.get(term),
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

    fn document(&self, doc: Doc) -> Result<IndexedOfficer, IndexError> {
        Ok(IndexedOfficer::clone(&self.officers[doc as usize]))
    }

    fn has_deletions(&self) -> bool {
        false
    }

    fn is_deleted(&self, _doc: Doc) -> bool {
        false
    }
}
