//! Verification: when an organisation last confirmed an entry. An overlay with calls of its own.

use jiff::{ToSpan, civil::Date};
use serde::{Deserialize, Serialize};

use crate::oin::Oin;

/// How many months a verification is valid by default.
const HOLDS_FOR_MONTHS: i32 = 6;

/// Confirms that an entry was correct on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    /// The day of the confirmation.
    pub verified_on: Date,
    /// The OIN of the caller. Absent if the register was filled from a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified_by: Option<Oin>,
    /// Last day on which it is valid.
    pub verify_by: Date,
}

impl Verification {
    /// A verification on `verified_on`, valid for the default time.
    pub fn new(verified_on: Date, verified_by: Option<Oin>) -> Self {
        let verify_by = verified_on.saturating_add(HOLDS_FOR_MONTHS.months());
        Self {
            verified_on,
            verified_by,
            verify_by,
        }
    }

    /// Whether it has expired on `day`.
    pub fn is_stale_on(&self, day: Date) -> bool {
        day > self.verify_by
    }
}
