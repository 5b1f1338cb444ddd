//! Limits on the size of one call. The contract and `docs/api.md` state the fixed limits; [`Limits`] holds the configurable
//! ones.

use std::time::Duration;

use register::violation::ViolationCode;
use server_core::budget::BudgetLimits;
use server_core::config::WriteSettings;
use server_core::error::Error;

use super::refusal::invalid_field;

/// Configurable limits on what a node accepts and keeps.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Maximum number of entries in a snapshot.
    pub snapshot_entries: usize,
    /// The memory for snapshots that are arriving.
    pub uploads: BudgetLimits,
    /// How long a node keeps the response to a write, so that a retry gets the same response.
    pub keep_answers: Duration,
    /// The window over which the guard against mass withdrawal counts the withdrawals of an organisation.
    pub withdrawal_window: Duration,
    /// How long a node keeps withdrawals and log rows. A watcher that was away for longer must reload.
    pub keep_history: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        const DAY: Duration = Duration::from_secs(24 * 60 * 60);
        let writes = WriteSettings::default();
        Self {
            snapshot_entries: 100_000,
            uploads: writes.uploads(),
            keep_answers: DAY,
            withdrawal_window: writes.withdrawal_window,
            keep_history: 30 * DAY,
        }
    }
}

/// Maximum length of a query, in characters.
pub const QUERY_CHARACTERS: usize = 10_000;
/// Maximum length of a text to complete, in characters.
pub const SUGGEST_CHARACTERS: usize = 200;
/// Maximum number of queries in one check of synonyms.
pub const CHECKED_QUERIES: usize = 500;
/// Maximum number of values in one field of a filter.
pub const FILTER_VALUES: usize = 100;
/// Maximum number of members returned with a group.
pub const GROUP_MEMBERS: usize = 100;
/// Maximum number of counts returned with a facet.
pub const FACET_COUNTS: usize = 50;
/// Maximum number of needs in a batch.
pub const BATCH_NEEDS: usize = 100;
/// Maximum number of operations in a delta, and of organisations or grants in an import.
pub const OPERATIONS: usize = 1_000;
/// Maximum number of changes listed in a report.
pub const REPORTED_CHANGES: usize = 10_000;
/// Maximum number of officers named in one verification.
pub const VERIFIED_OFFICERS: usize = 10_000;
/// Maximum number of organisations in the filter of a watch.
pub const WATCHED_ORGANISATIONS: usize = 1_000;

/// Maximum size of a page of a list, in bytes: half of what default clients accept. A larger item has a page of its own.
pub const PAGE_BYTES: usize = 2 << 20;
/// Maximum size of the results of a batch, in bytes. The failures of the needs that do not fit come on top.
pub const ANSWER_BYTES: usize = 3 << 20;

/// Returns how many of `sizes`, at most `limit` and at least one, fit in [`PAGE_BYTES`].
pub fn fitting(sizes: impl IntoIterator<Item = usize>, limit: usize) -> usize {
    let mut bytes = 0_usize;
    let fits = |size: &usize| {
        bytes = bytes.saturating_add(*size);
        bytes <= PAGE_BYTES
    };
    sizes.into_iter().take(limit).take_while(fits).count().max(1)
}

/// Returns the page size for a `requested` number: `default` for 0, and at most `max`.
pub fn page_size(requested: i32, default: usize, max: usize) -> Result<usize, Error> {
    match usize::try_from(requested) {
        Ok(0) => Ok(default),
        Ok(requested) => Ok(requested.min(max)),
        Err(_) => {
            let message = "Dit is geen aantal; kies 0 of meer.";
            Err(invalid_field("page_size", ViolationCode::Malformed, message))
        }
    }
}

/// Requires a list of 1 to [`OPERATIONS`] items.
pub(crate) fn check_list_length(field: &str, length: usize) -> Result<(), Error> {
    if length == 0 {
        let message = "De lijst is leeg; noem er minstens één.";
        return Err(invalid_field(field, ViolationCode::Required, message));
    }
    if length > OPERATIONS {
        let message = "De lijst is langer dan 1.000; deel haar op.";
        return Err(invalid_field(field, ViolationCode::TooLong, message));
    }
    Ok(())
}
