//! How much one call may ask or bring. The contract and `docs/api.md` name the fixed ones; the others are settings.

use std::time::Duration;

/// Settings that bound what a node keeps and takes in.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Entries in a snapshot.
    pub snapshot_entries: usize,
    /// How long answers to writes are kept, to be given again.
    pub keep_answers: Duration,
    /// How long withdrawals and log rows are kept. A watcher who was away for longer reloads.
    pub keep_history: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        const DAY: Duration = Duration::from_secs(24 * 60 * 60);
        Self {
            snapshot_entries: 100_000,
            keep_answers: DAY,
            keep_history: 30 * DAY,
        }
    }
}

/// Characters of a question.
pub const QUERY_CHARACTERS: usize = 10_000;
/// Characters of a text that is being typed.
pub const SUGGEST_CHARACTERS: usize = 200;
/// Questions that synonyms are tried with.
pub const TRIED_QUERIES: usize = 500;
/// Values in one field of a filter.
pub const FILTER_VALUES: usize = 100;
/// Members of a group that are shown.
pub const GROUP_MEMBERS: usize = 100;
/// Counts of a facet that are shown.
pub const FACET_COUNTS: usize = 50;
/// Needs in a batch.
pub const BATCH_NEEDS: usize = 100;
/// Operations in a delta; organisations or grants in an import.
pub const OPERATIONS: usize = 1_000;
/// Changes that a report names one by one.
pub const REPORTED_CHANGES: usize = 10_000;
/// Entries that one verification names.
pub const VERIFIED_OFFICERS: usize = 10_000;
/// Organisations in the filter of a watch.
pub const WATCHED_ORGANISATIONS: usize = 1_000;

/// How large a page is: what was asked, `usual` for 0 and never more than `most`.
pub fn page_size(asked: i32, usual: usize, most: usize) -> Result<usize, super::Error> {
    use register::violation::ViolationCode;
    match usize::try_from(asked) {
        Ok(0) => Ok(usual),
        Ok(asked) => Ok(asked.min(most)),
        Err(_) => {
            let message = "Dit is geen aantal; kies 0 of meer.";
            Err(super::violation("page_size", ViolationCode::Malformed, message))
        }
    }
}
