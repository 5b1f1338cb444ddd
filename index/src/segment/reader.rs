//! Read access to a segment.

use super::facts::SegmentFacts;
use super::postings::PostingList;
use crate::document::TextField;
use crate::error::IndexError;

/// The part of a segment in which a term is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TermSource {
    /// The words of a text field.
    Text(TextField),
    /// The codes.
    Codes,
}

/// A part of an index.
pub(crate) trait Segment: Send + Sync {
    /// Returns what is known of each document besides its words.
    fn facts(&self) -> &SegmentFacts;

    /// Returns the posting list of `term`, with deleted documents; `None` if no document has the term.
    fn postings(&self, source: TermSource, term: &str) -> Result<Option<PostingList<'_>>, IndexError>;

    /// Calls `visit` with each word of a text field, as it is written, that begins with `first`, including words of deleted
    /// documents.
    fn written_words(&self, field: TextField, first: char, visit: &mut dyn FnMut(&str)) -> Result<(), IndexError>;
}
