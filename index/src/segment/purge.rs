//! Removes erased names of persons from disk.
//!
//! Deleting a document only marks it: its name stays in the files of the segment until a merge rewrites them, which may
//! never happen. An expired or withdrawn name must not remain anywhere, so the next flush rewrites segments in which a
//! deleted document has one. Few deleted documents have a name, so this is rare.

use tantivy::index::SegmentId;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet as _, IndexReader, IndexWriter, SegmentReader, TERMINATED};

use crate::error::IndexError;

/// Rewrites the segments that hold names of deleted documents, and reloads `reader` if there were any. Returns whether there
/// were any.
pub(super) fn purge(writer: &mut IndexWriter, reader: &IndexReader, names: Field) -> Result<bool, IndexError> {
    let searcher = reader.searcher();
    let mut traces: Vec<SegmentId> = Vec::new();
    for segment in searcher.segment_readers() {
        if has_deleted_name(segment, names)? {
            traces.push(segment.segment_id());
        }
    }
    // A searcher keeps its files from being removed.
    drop(searcher);
    for segment in &traces {
        writer.merge(&[*segment]).wait()?;
    }
    if !traces.is_empty() {
        reader.reload()?;
    }
    Ok(!traces.is_empty())
}

fn has_deleted_name(segment: &SegmentReader, names: Field) -> Result<bool, IndexError> {
    let Some(alive) = segment.alive_bitset() else {
        return Ok(false);
    };
    let index = segment.inverted_index(names)?;
    let mut terms = index.terms().stream()?;
    while let Some((_, info)) = terms.next() {
        // These postings include deleted documents.
        let mut postings = index.read_postings_from_terminfo(info, IndexRecordOption::Basic)?;
        let mut doc = postings.doc();
        while doc != TERMINATED {
            if alive.is_deleted(doc) {
                return Ok(true);
            }
            doc = postings.advance();
        }
    }
    Ok(false)
}
