//! Taking erased names off the disk.
//!
//! Deleting a document only marks it: its name stays in the segment's files until a merge happens to rewrite them, which
//! may be never. A name that has ended or was withdrawn must be nowhere, so segments in which a deleted document has one
//! are rewritten at the next flush. Most deleted documents carry no name, so this is rare.

use tantivy::index::SegmentId;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet as _, IndexReader, IndexWriter, SegmentReader, TERMINATED};

use crate::error::IndexError;

/// Rewrites the segments that still hold names of deleted documents. Gives whether there were any; then `reader` is newer.
pub(crate) fn purge(writer: &mut IndexWriter, reader: &IndexReader, names: Field) -> Result<bool, IndexError> {
    let searcher = reader.searcher();
    let mut traces: Vec<SegmentId> = Vec::new();
    for segment in searcher.segment_readers() {
        if has_deleted_name(segment, names)? {
            traces.push(segment.segment_id());
        }
    }
    // Files are not removed while a searcher holds them.
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
        // These postings have the deleted documents too.
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
