//! Walking the documents of a term, forwards and a stretch at a time.
//!
//! The scorer goes through a segment window by window and moves all terms of a plan along. A committed segment hands out
//! blocks of documents, one in memory a slice; both are walked without a call per document.

use tantivy::index::InvertedIndexReader;
use tantivy::postings::{BlockSegmentPostings, TermInfo};
use tantivy::schema::IndexRecordOption;

use super::Doc;
use crate::error::IndexError;

/// Where the documents of a term are found.
#[derive(Clone)]
pub(crate) enum PostingList<'a> {
    /// In a committed segment.
    Committed {
        inverted: &'a InvertedIndexReader,
        term: TermInfo,
    },
    /// In memory, in order of documents.
    Memory(&'a [(Doc, u32)]),
}

impl<'a> PostingList<'a> {
    /// Ready to walk from the first document on.
    pub(crate) fn open(&self) -> Result<Postings<'a>, IndexError> {
        match self {
            Self::Committed { inverted, term } => {
                let blocks = inverted.read_block_postings_from_terminfo(term, IndexRecordOption::WithFreqs)?;
                Ok(Postings::Committed {
                    blocks: Box::new(blocks),
                    at: 0,
                })
            }
            Self::Memory(documents) => Ok(Postings::Memory(documents)),
        }
    }
}

/// The documents of a term that have not been visited yet.
pub(crate) enum Postings<'a> {
    Committed { blocks: Box<BlockSegmentPostings>, at: usize },
    Memory(&'a [(Doc, u32)]),
}

impl Postings<'_> {
    /// Visits each document before `end`, with how often it holds the term; deleted ones included.
    #[inline]
    pub(crate) fn until(&mut self, end: Doc, mut visit: impl FnMut(Doc, u32)) {
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

    /// Passes over the documents before `start`.
    pub(crate) fn skip_to(&mut self, start: Doc) {
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
