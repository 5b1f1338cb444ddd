//! Posting lists, and cursors that walk them forwards.
//!
//! A list holds the documents of a term and, for a word, the saturation of its frequency in each. A segment decodes a list once
//! and lends it to every search after that, so the scorer reads two plain slices.

use std::ops::Deref;
use std::sync::OnceLock;

use fixedbitset::FixedBitSet;

/// The number of a document within its segment.
pub(crate) type DocId = u32;

/// The documents of a term, in ascending order. Deleted documents are included.
#[derive(Debug, Default)]
pub(crate) struct Postings {
    docs: Vec<DocId>,
    /// The saturation of the term in each document, in multiples of 1/[`UNIT`](crate::UNIT); empty for codes.
    saturations: Vec<u16>,
    /// The documents as a set, made when a filter first needs it.
    set: OnceLock<Box<FixedBitSet>>,
}

/// A list is as long as its set of documents if it holds one of so many documents of the segment.
const DOCUMENTS_PER_NUMBER: usize = DocId::BITS as usize;

impl Postings {
    /// Makes an empty list with room for `count` documents that have a code.
    pub(super) fn of_code(count: usize) -> Self {
        Self {
            docs: Vec::with_capacity(count),
            ..Self::default()
        }
    }

    /// Makes an empty list with room for `count` documents that have a word.
    pub(super) fn of_word(count: usize) -> Self {
        Self {
            docs: Vec::with_capacity(count),
            saturations: Vec::with_capacity(count),
            ..Self::default()
        }
    }

    /// Adds a document that has a code. Documents are added in ascending order.
    pub(super) fn push(&mut self, doc: DocId) {
        self.docs.push(doc);
    }

    /// Adds a document that has a word. Documents are added in ascending order.
    pub(super) fn push_word(&mut self, doc: DocId, saturation: u16) {
        self.docs.push(doc);
        self.saturations.push(saturation);
    }

    /// Inserts the documents into a set of documents of the segment.
    pub(crate) fn insert_into(&self, documents: &mut FixedBitSet) {
        match self.as_set(documents.len()) {
            Some(set) => documents.union_with(set),
            None => self.docs.iter().for_each(|doc| documents.insert(*doc as usize)),
        }
    }

    /// Removes the documents from a set of documents of the segment.
    pub(crate) fn remove_from(&self, documents: &mut FixedBitSet) {
        match self.as_set(documents.len()) {
            Some(set) => documents.difference_with(set),
            None => self.docs.iter().for_each(|doc| documents.remove(*doc as usize)),
        }
    }

    /// Returns the documents as a set, if that takes no more room than the list. The segment has `documents` documents.
    fn as_set(&self, documents: usize) -> Option<&FixedBitSet> {
        let is_dense = self.docs.len() * DOCUMENTS_PER_NUMBER >= documents;
        is_dense.then(|| {
            &**self.set.get_or_init(|| {
                let mut set = FixedBitSet::with_capacity(documents);
                set.extend(self.docs.iter().map(|doc| *doc as usize));
                Box::new(set)
            })
        })
    }

    /// Returns a cursor before the first document.
    pub(crate) fn cursor(&self) -> PostingCursor<'_> {
        PostingCursor {
            docs: &self.docs,
            saturations: &self.saturations,
        }
    }
}

/// The posting list of a term, lent by its segment or decoded for one search.
pub(crate) enum PostingList<'a> {
    Lent(&'a Postings),
    Decoded(Postings),
}

impl Deref for PostingList<'_> {
    type Target = Postings;

    fn deref(&self) -> &Postings {
        match self {
            Self::Lent(postings) => postings,
            Self::Decoded(postings) => postings,
        }
    }
}

/// The documents of a list that have not been visited yet.
pub(crate) struct PostingCursor<'a> {
    docs: &'a [DocId],
    saturations: &'a [u16],
}

impl PostingCursor<'_> {
    /// Visits each document before `end`.
    #[inline]
    pub(crate) fn visit_until(&mut self, end: DocId, mut visit: impl FnMut(DocId)) {
        let mut visited = 0;
        for doc in self.docs {
            if *doc >= end {
                break;
            }
            visit(*doc);
            visited += 1;
        }
        self.skip(visited);
    }

    /// Visits each document before `end` that has a word, with its saturation in multiples of 1/[`UNIT`](crate::UNIT).
    #[inline]
    pub(crate) fn visit_words_until(&mut self, end: DocId, mut visit: impl FnMut(DocId, i64)) {
        let mut visited = 0;
        for (doc, saturation) in self.docs.iter().zip(self.saturations) {
            if *doc >= end {
                break;
            }
            visit(*doc, i64::from(*saturation));
            visited += 1;
        }
        self.skip(visited);
    }

    /// Skips the documents before `start`.
    pub(crate) fn skip_to(&mut self, start: DocId) {
        if self.docs.first().is_some_and(|doc| *doc < start) {
            self.skip(self.docs.partition_point(|doc| *doc < start));
        }
    }

    fn skip(&mut self, count: usize) {
        self.docs = &self.docs[count..];
        // Codes have no saturations.
        self.saturations = self.saturations.get(count..).unwrap_or_default();
    }
}
