//! The lines of a TREC run.

use std::fmt::Write as _;

use index::Results;

/// Adds the hits of one question to a TREC run.
pub(crate) fn write_run(run: &mut String, qid: &str, results: &Results) {
    for (rank, hit) in (1..).zip(&results.hits) {
        let (name, score) = (&hit.name, hit.score.as_f64());
        let _ = writeln!(run, "{qid} Q0 {}/{} {rank} {score:.4} index", name.organisation, name.officer);
    }
}
