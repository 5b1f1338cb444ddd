//! Posting lists, and cursors that walk them forwards.
//!
//! The scorer moves over a segment window by window, with a cursor for each term of a plan. A committed segment returns
//! blocks of documents, and one in memory a slice; neither needs a virtual call per document.

use tantivy::index::InvertedIndexReader;
use tantivy::postings::{BlockSegmentPostings, TermInfo};
use tantivy::schema::IndexRecordOption;

use crate::error::IndexError;

/// The number of a document within its segment.
pub(crate) type DocId = u32;

/// The documents of a term.
#[derive(Clone)]
pub(crate) enum PostingList<'a> {
    /// In a committed segment.
    Committed {
        inverted: &'a InvertedIndexReader,
        term: TermInfo,
    },
    /// In memory, in order of documents.
    Memory(&'a [(DocId, u32)]),
}

impl<'a> PostingList<'a> {
    /// Opens a cursor before the first document.
    pub(crate) fn open(&self) -> Result<PostingCursor<'a>, IndexError> {
        match self {
            Self::Committed { inverted, term } => {
                let blocks = inverted.read_block_postings_from_terminfo(term, IndexRecordOption::WithFreqs)?;
                Ok(PostingCursor::Committed {
                    blocks: Box::new(blocks),
                    at: 0,
                })
            }
            Self::Memory(documents) => Ok(PostingCursor::Memory(documents)),
        }
    }
}

/// The documents of a term that have not been visited yet.
pub(crate) enum PostingCursor<'a> {
    Committed { blocks: Box<BlockSegmentPostings>, at: usize },
    Memory(&'a [(DocId, u32)]),
}

impl PostingCursor<'_> {
    /// Visits each document before `end`, with its term frequency. Deleted documents are included.
    #[inline]
    pub(crate) fn visit_until(&mut self, end: DocId, mut visit: impl FnMut(DocId, u32)) {
        match self {
            Self::Memory(rest) => {
                while let Some(((doc, frequency), later)) = rest.split_first()
                    && *doc < end
                {
                    visit(*doc, *frequency);
                    *rest = later;
                }
            }
            Self::Committed { blocks, at } => loop {
                let held = blocks.block_len();
                while *at < held {
                    let doc = blocks.doc(*at);
                    if doc >= end {
                        return;
                    }
                    visit(doc, blocks.freq(*at));
                    *at += 1;
                }
                if held == 0 {
                    return;
                }
                blocks.advance();
                *at = 0;
            },
        }
    }

    /// Skips the documents before `start`.
    pub(crate) fn skip_to(&mut self, start: DocId) {
        match self {
            Self::Memory(rest) => *rest = &rest[rest.partition_point(|(doc, _)| *doc < start)..],
            Self::Committed { blocks, at } => {
                if *at < blocks.block_len() && blocks.doc(*at) < start {
                    *at = blocks.seek(start);
                }
            }
        }
    }
}
