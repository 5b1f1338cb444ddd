//! Verification: when an organisation last said that an entry is right. An overlay with a call of its own.

use jiff::{ToSpan, civil::Date};
use serde::{Deserialize, Serialize};

use crate::oin::Oin;

/// How long a verification holds when the organisation names no date: half a year, in months.
const HOLDS_FOR_MONTHS: i32 = 6;

/// That an entry was right on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    /// On which day.
    pub verified_on: Date,
    /// By whom: the OIN of the caller. Absent where a register was filled from a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified_by: Option<Oin>,
    /// Last day on which it counts as fresh.
    pub verify_by: Date,
}

impl Verification {
    /// A verification on `verified_on` that holds for the usual time.
    pub fn new(verified_on: Date, verified_by: Option<Oin>) -> Self {
        let verify_by = verified_on.saturating_add(HOLDS_FOR_MONTHS.months());
        Self {
            verified_on,
            verified_by,
            verify_by,
        }
    }

    /// Whether it no longer counts on `day`.
    pub fn is_stale_on(&self, day: Date) -> bool {
        day > self.verify_by
    }
}
