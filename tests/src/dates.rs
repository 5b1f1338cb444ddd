//! Dates relative to today, by the real clock: the nodes under test and TLS compare them with that one.

use jiff::civil::Date;
use jiff::{ToSpan as _, Zoned};

/// Today, in UTC.
#[allow(clippy::disallowed_methods)]
pub fn today() -> Date {
    Zoned::now().with_time_zone(jiff::tz::TimeZone::UTC).date()
}

/// The date `days` from today, in ISO 8601.
pub fn date_in(days: i64) -> String {
    let date = today().checked_add(days.days()).expect("within a few years of now");
    date.to_string()
}
