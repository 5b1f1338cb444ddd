//! Segments in memory: the newest changes, searchable before tantivy has committed them.
//!
//! A commit takes ten milliseconds or more; building one of these takes microseconds per entry. They are immutable: each
//! change adds one, and the view merges them when there are many.

use std::collections::BTreeMap;
use std::sync::Arc;

use register::identifier::OfficerId;

use super::competence_sets::CompetenceSets;
use super::facts::SegmentFacts;
use super::packing::field_lengths;
use super::postings::{PostingList, Postings};
use super::reader::{Segment, TermSource};
use super::saturation::saturated;
use super::terms::{DocumentTerms, WRITTEN};
use crate::analyse::Analyser;
use crate::document::{IndexedOfficer, TextField};
use crate::error::IndexError;
use crate::hash::HashMap;
use crate::weights::Weights;

/// A small segment in memory.
pub(crate) struct MemorySegment {
    officers: Vec<Arc<IndexedOfficer>>,
    facts: SegmentFacts,
    /// The postings of the terms of each text field, in the order of [`TextField`].
    words: [BTreeMap<String, Postings>; 5],
    codes: HashMap<String, Postings>,
}

impl MemorySegment {
    /// Builds a segment of these officers. `sets` are the competence sets of the index.
    pub(crate) fn new(officers: Vec<Arc<IndexedOfficer>>, analyser: &Analyser, sets: Arc<CompetenceSets>) -> Self {
        let weights = Weights::builtin();
        let mut segment = Self {
            officers: Vec::with_capacity(officers.len()),
            facts: SegmentFacts::new(sets),
            words: Default::default(),
            codes: HashMap::default(),
        };
        for (doc, officer) in (0..).zip(officers) {
            let terms = DocumentTerms::of(&officer, analyser);
            let lengths = field_lengths(&terms.fields);
            segment.facts.push(&officer, lengths);
            segment.officers.push(officer);
            for (field, terms) in TextField::ALL.into_iter().zip(terms.fields) {
                let (postings, length) = (&mut segment.words[field as usize], lengths[field as usize]);
                for (term, frequency) in terms.frequencies {
                    let saturation = saturated(frequency, length, field, &weights.saturation);
                    postings.entry(term).or_default().push_word(doc, saturation);
                }
            }
            for code in terms.codes {
                segment.codes.entry(code).or_default().push(doc);
            }
        }
        let mut ids: Vec<&OfficerId> = segment.officers.iter().map(|officer| &officer.name.officer).collect();
        ids.sort_unstable();
        let place = |officer: &Arc<IndexedOfficer>| ids.partition_point(|id| **id < officer.name.officer);
        let places = segment.officers.iter().map(place);
        let places = places.map(|place| u32::try_from(place).expect("a segment has fewer than 2^32 documents"));
        let places: Vec<u32> = places.collect();
        segment.facts.order(&places);
        segment
    }

    /// Builds a segment of one officer, apart from any index.
    pub(crate) fn alone(officer: Arc<IndexedOfficer>, analyser: &Analyser) -> Self {
        Self::new(vec![officer], analyser, Arc::default())
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
        Ok(postings.map(PostingList::Lent))
    }

    fn written_words(&self, field: TextField, first: char, visit: &mut dyn FnMut(&str)) -> Result<(), IndexError> {
        let terms = self.words[field as usize].range(format!("{WRITTEN}{first}")..);
        let words = terms.map_while(|(term, _)| term.strip_prefix(WRITTEN));
        words.take_while(|word| word.starts_with(first)).for_each(visit);
        Ok(())
    }
}
