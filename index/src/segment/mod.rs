//! Segments: the parts an index consists of, committed ones in tantivy and small newest ones in memory.
//!
//! The scorer sees both through [`Segment`] and cannot tell them apart. That, and scores that look at nothing but the
//! question and the entry, is why an entry scores the same wherever it lies.

mod aside;
pub(crate) mod committed;
mod facts;
pub(crate) mod memory;
mod postings;
pub(crate) mod terms;

pub(crate) use aside::statements;
pub(crate) use facts::{Facts, SegmentFacts};
pub(crate) use postings::{PostingList, Postings};

use crate::document::IndexedOfficer;
use crate::error::IndexError;
use crate::results::TextField;

/// A document's number within its segment.
pub(crate) type Doc = u32;

/// Where a list of documents is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// The words of a text field.
    Text(TextField),
    /// The codes.
    Codes,
}

/// A part of an index.
pub(crate) trait Segment: Send + Sync {
    /// What is known of each document beside its words.
    fn facts(&self) -> &SegmentFacts;

    /// The documents that hold `term`, in order; deleted ones included. None where none does.
    fn find(&self, source: Source, term: &str) -> Result<Option<PostingList<'_>>, IndexError>;

    /// Calls `visit` with each term of a text field that begins with `prefix`; terms of deleted documents included.
    fn terms(&self, field: TextField, prefix: &str, visit: &mut dyn FnMut(&str)) -> Result<(), IndexError>;

    /// The document as it was applied.
    fn document(&self, doc: Doc) -> Result<IndexedOfficer, IndexError>;

    /// Whether any document has been deleted from the segment.
    fn has_deletions(&self) -> bool;

    /// Whether the document has been deleted from the segment.
    fn is_deleted(&self, doc: Doc) -> bool;
}
