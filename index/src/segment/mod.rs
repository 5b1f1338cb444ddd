//! Segments: the immutable parts of an index, committed in tantivy or newest in memory.
//!
//! Scoring sees both kinds through the trait [`Segment`] and cannot tell them apart. An entry therefore scores the same
//! wherever it is stored.
//!
//! - `reader`: the trait; `postings`, `facts`: what it returns; `committed` and `memory`: the two kinds
//! - `saturation`: what the frequency of a word counts for; `competence_sets`: the groups of municipal officers
//! - `terms`: the terms of a document, of which `negated_sentences` leaves some out
//! - `written_words`: the words for approximate matching
//! - `schema`, `packing`, `columns`: the layout in tantivy, written and read
//! - `checkpoint`, `writer`, `purge`: the folder on disk; `view`: a snapshot of all segments

pub(crate) mod checkpoint;
mod columns;
mod committed;
mod competence_sets;
mod facts;
mod memory;
mod negated_sentences;
mod packing;
mod postings;
mod purge;
mod reader;
mod saturation;
mod schema;
pub(crate) mod terms;
pub(crate) mod view;
pub(crate) mod writer;
mod written_words;

pub(crate) use competence_sets::GroupNumber;
pub(crate) use facts::{Dictionary, DocumentClass, SegmentFacts};
pub(crate) use memory::MemorySegment;
pub(crate) use negated_sentences::searchable_marks;
pub(crate) use postings::{DocId, PostingCursor, PostingList};
pub(crate) use reader::{Segment, TermSource};
