//! Committed segments: the postings, columns and documents of tantivy.
//!
//! The facts are read from the columns once per segment and kept for its lifetime. A segment never changes, except for
//! deletions, which tantivy keeps.

use std::sync::Arc;

use tantivy::index::InvertedIndexReader;
use tantivy::schema::Value;
use tantivy::store::StoreReader;
use tantivy::{SegmentReader, TantivyDocument};

use super::columns::read_facts;
use super::facts::SegmentFacts;
use super::postings::{DocId, PostingList};
use super::reader::{Segment, TermSource};
use super::schema::SchemaFields;
use crate::document::{IndexedOfficer, TextField};
use crate::error::IndexError;

/// A segment of the tantivy index.
pub(crate) struct CommittedSegment {
    reader: SegmentReader,
    fields: SchemaFields,
    facts: Arc<SegmentFacts>,
    /// The terms of the text fields, in the order of [`TextField`], and of the codes.
    texts: [Arc<InvertedIndexReader>; 5],
    codes: Arc<InvertedIndexReader>,
    store: StoreReader,
}

/// The number of decompressed blocks of stored documents in the cache, of 16 kB each.
const STORE_CACHE_BLOCKS: usize = 32;

impl CommittedSegment {
    /// Opens the segment of `reader`. `known` are its facts, if they have been read before.
    pub(crate) fn open(
        reader: SegmentReader,
        fields: SchemaFields,
        known: Option<Arc<SegmentFacts>>,
    ) -> Result<Self, IndexError> {
        let facts = match known {
            Some(facts) => facts,
            None => Arc::new(read_facts(&reader)?),
        };
        let [title, description, mandate, organisation, person] = fields.texts.map(|field| reader.inverted_index(field));
        Ok(Self {
            texts: [title?, description?, mandate?, organisation?, person?],
            codes: reader.inverted_index(fields.codes)?,
            store: reader.get_store_reader(STORE_CACHE_BLOCKS)?,
            reader,
            fields,
            facts,
        })
    }

    /// Returns the facts, to be kept while the segment is part of the index.
    pub(crate) fn shared_facts(&self) -> Arc<SegmentFacts> {
        self.facts.clone()
    }

    /// Returns the number of documents that are not deleted.
    pub(crate) fn live_documents(&self) -> usize {
        self.reader.num_docs() as usize
    }
}

impl Segment for CommittedSegment {
    fn facts(&self) -> &SegmentFacts {
        &self.facts
    }

    fn postings(&self, source: TermSource, term: &str) -> Result<Option<PostingList<'_>>, IndexError> {
        let inverted = match source {
            TermSource::Text(field) => &self.texts[field as usize],
            TermSource::Codes => &self.codes,
        };
        let found = inverted.terms().get(term.as_bytes())?;
        Ok(found.map(|term| PostingList::Committed { inverted, term }))
    }

    fn terms(&self, field: TextField, prefix: &str, visit: &mut dyn FnMut(&str)) -> Result<(), IndexError> {
        let mut terms = self.texts[field as usize]
            .terms()
            .range()
            .ge(prefix.as_bytes())
            .into_stream()?;
        while terms.advance() {
            if !terms.key().starts_with(prefix.as_bytes()) {
                break;
            }
            if let Ok(term) = std::str::from_utf8(terms.key()) {
                visit(term);
            }
        }
        Ok(())
    }

    fn document(&self, doc: DocId) -> Result<IndexedOfficer, IndexError> {
        let stored: TantivyDocument = self.store.get(doc)?;
        let source = stored.get_first(self.fields.source).and_then(|value| value.as_bytes());
        let source = source.ok_or_else(|| IndexError::Damaged("a document has no source".into()))?;
        serde_json::from_slice(source).map_err(|error| IndexError::Damaged(format!("a document's source: {error}")))
    }

    fn has_deletions(&self) -> bool {
        self.reader.has_deletes()
    }

    fn is_deleted(&self, doc: DocId) -> bool {
        self.reader.is_deleted(doc)
    }
}
