//! Encodes domain values as SQLite stores them. [`super::row`] decodes them.

use jiff::Timestamp;
use register::position::Revision;
use serde::Serialize;

/// Encodes a value as JSON.
pub(super) fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("domain types are plain data, which JSON can always represent")
}

/// Encodes a moment with nine decimals, so that the order of the texts is the order in time.
pub(super) fn time_text(time: Timestamp) -> String {
    format!("{time:.9}")
}

/// Encodes a revision. Exceeding SQLite's range would take millions of years.
pub(super) fn revision_number(revision: Revision) -> i64 {
    i64::try_from(revision.0).unwrap_or(i64::MAX)
}

/// Encodes a number of rows.
pub(super) fn row_limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
