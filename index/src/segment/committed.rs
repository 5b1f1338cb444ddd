//! Committed segments: the postings and columns of tantivy.
//!
//! The facts are read from the columns once per segment and kept for its lifetime. A segment never changes, except for
//! deletions, which tantivy keeps.

use std::sync::{Arc, OnceLock};

use fixedbitset::FixedBitSet;
use tantivy::SegmentReader;
use tantivy::index::InvertedIndexReader;
use tantivy::schema::{Field, IndexRecordOption};

use super::columns::read_facts;
use super::competence_sets::CompetenceSets;
use super::facts::SegmentFacts;
use super::postings::{DocId, PostingList, Postings};
use super::reader::{Segment, TermSource};
use super::saturation::saturated;
use super::schema::SchemaFields;
use super::terms::WRITTEN;
use super::written_words::WrittenWords;
use crate::document::TextField;
use crate::error::IndexError;
use crate::weights::Weights;

/// A segment of the tantivy index.
pub(crate) struct CommittedSegment {
    reader: SegmentReader,
    content: Arc<SegmentContent>,
}

/// What never changes in a segment.
pub(super) struct SegmentContent {
    facts: SegmentFacts,
    /// The terms of the text fields, in the order of [`TextField`].
    texts: [FieldTerms; 5],
    codes: FieldTerms,
}

/// The terms of a field, with the lists that searches have asked for.
struct FieldTerms {
    inverted: Arc<InvertedIndexReader>,
    /// By term, in the order of the dictionary.
    lists: Box<[OnceLock<Box<Postings>>]>,
    /// The words as they are written, read when a search first needs them.
    written: OnceLock<WrittenWords>,
}

/// Shorter lists are decoded for each search: keeping one takes more room than it saves time. Nearly all of them are of the
/// names of officers.
const MIN_KEPT: u32 = 4;

impl SegmentContent {
    /// Reads the segment of `reader`.
    fn read(reader: &SegmentReader, fields: SchemaFields, sets: Arc<CompetenceSets>) -> Result<Self, IndexError> {
        let [title, description, mandate, organisation, person] = fields.texts.map(|field| FieldTerms::open(reader, field));
        Ok(Self {
            facts: read_facts(reader, sets)?,
            texts: [title?, description?, mandate?, organisation?, person?],
            codes: FieldTerms::open(reader, fields.codes)?,
        })
    }
}

impl FieldTerms {
    fn open(reader: &SegmentReader, field: Field) -> Result<Self, IndexError> {
        let inverted = reader.inverted_index(field)?;
        let lists = (0..inverted.terms().num_terms()).map(|_| OnceLock::new()).collect();
        Ok(Self {
            inverted,
            lists,
            written: OnceLock::new(),
        })
    }

    /// Returns the words of a text field as they are written.
    fn written_words(&self) -> Result<&WrittenWords, IndexError> {
        if let Some(known) = self.written.get() {
            return Ok(known);
        }
        let mut words = WrittenWords::default();
        let mut mark = [0; 4];
        let mark = WRITTEN.encode_utf8(&mut mark).as_bytes();
        let mut terms = self.inverted.terms().range().ge(mark).into_stream()?;
        while let Some(word) = terms.advance().then(|| terms.key()).and_then(|key| key.strip_prefix(mark)) {
            words.push(std::str::from_utf8(word).map_err(|error| IndexError::Damaged(error.to_string()))?)?;
        }
        Ok(self.written.get_or_init(|| words))
    }

    /// Returns the list of `term`. `empty` makes one with room for its documents, and `decode` adds each.
    fn postings(
        &self,
        term: &str,
        option: IndexRecordOption,
        empty: fn(usize) -> Postings,
        decode: impl Fn(&mut Postings, DocId, u32),
    ) -> Result<Option<PostingList<'_>>, IndexError> {
        let terms = self.inverted.terms();
        let Some(ord) = terms.term_ord(term.as_bytes())? else {
            return Ok(None);
        };
        let kept = &self.lists[ord as usize];
        if let Some(known) = kept.get() {
            return Ok(Some(PostingList::Lent(known)));
        }
        let Some(info) = terms.get(term.as_bytes())? else {
            return Ok(None);
        };
        let mut postings = empty(info.doc_freq as usize);
        let mut blocks = self.inverted.read_block_postings_from_terminfo(&info, option)?;
        while blocks.block_len() > 0 {
            (0..blocks.block_len()).for_each(|at| decode(&mut postings, blocks.doc(at), blocks.freq(at)));
            blocks.advance();
        }
        Ok(Some(if info.doc_freq < MIN_KEPT {
            PostingList::Decoded(postings)
        } else {
            PostingList::Lent(kept.get_or_init(|| Box::new(postings)))
        }))
    }
}

impl CommittedSegment {
    /// Opens the segment of `reader`. `known` is its content, if it has been read before, and `sets` are the competence sets
    /// of the index.
    pub(crate) fn open(
        reader: SegmentReader,
        fields: SchemaFields,
        known: Option<Arc<SegmentContent>>,
        sets: Arc<CompetenceSets>,
    ) -> Result<Self, IndexError> {
        Ok(Self {
            content: match known {
                Some(content) => content,
                None => Arc::new(SegmentContent::read(&reader, fields, sets)?),
            },
            reader,
        })
    }

    /// Returns the content, to be kept while the segment is part of the index.
    pub(super) fn shared_content(&self) -> Arc<SegmentContent> {
        self.content.clone()
    }

    /// Returns the documents that are not deleted; `None` if none is.
    pub(crate) fn live_documents(&self) -> Option<FixedBitSet> {
        let alive = self.reader.alive_bitset()?;
        let mut live = FixedBitSet::with_capacity(self.reader.max_doc() as usize);
        live.extend(alive.iter_alive().map(|doc| doc as usize));
        Some(live)
    }
}

impl Segment for CommittedSegment {
    fn facts(&self) -> &SegmentFacts {
        &self.content.facts
    }

    fn postings(&self, source: TermSource, term: &str) -> Result<Option<PostingList<'_>>, IndexError> {
        let content = &*self.content;
        match source {
            TermSource::Text(field) => {
                let lengths = &content.facts.lengths;
                let weights = Weights::builtin();
                let decode = |postings: &mut Postings, doc: DocId, frequency| {
                    postings.push_word(
                        doc,
                        saturated(frequency, lengths[doc as usize][field as usize], field, &weights.saturation),
                    );
                };
                content.texts[field as usize].postings(term, IndexRecordOption::WithFreqs, Postings::of_word, decode)
            }
            TermSource::Codes => {
                let decode = |postings: &mut Postings, doc, _| postings.push(doc);
                content
                    .codes
                    .postings(term, IndexRecordOption::Basic, Postings::of_code, decode)
            }
        }
    }

    fn written_words(&self, field: TextField, first: char, visit: &mut dyn FnMut(&str)) -> Result<(), IndexError> {
        let words = self.content.texts[field as usize].written_words()?;
        words.beginning_with(first).for_each(visit);
        Ok(())
    }
}
