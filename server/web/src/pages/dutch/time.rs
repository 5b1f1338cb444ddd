//! Dates and moments in Dutch, in the time zone of the Netherlands.

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _, Zoned};
use register::clock::dutch_time_zone;

const MONTHS: [&str; 12] = [
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
];

/// A date: "27 oktober 2026".
pub(in crate::pages) fn day(date: Date) -> String {
    format!("{} {}", day_and_month(date), date.year())
}

/// A time of day: "9.00 uur".
pub(super) fn clock_time(time: Time) -> String {
    format!("{}.{:02} uur", time.hour(), time.minute())
}

/// A moment: "23 november 2026, 10.00 uur".
pub(in crate::pages) fn moment(moment: Timestamp) -> String {
    let there = in_the_netherlands(moment);
    format!("{}, {}", day(there.date()), clock_time(there.time()))
}

/// A beginning as seen from `now`: "vandaag vanaf 13.00 uur", "maandag vanaf 9.00 uur", "maandag 4 januari vanaf 9.00 uur".
pub(in crate::pages) fn from_when(moment: Timestamp, now: Timestamp) -> String {
    let there = in_the_netherlands(moment);
    format!("{} vanaf {}", near_day(there.date(), today(now)), clock_time(there.time()))
}

/// An end as seen from `now`: "vandaag tot 16.30 uur". A period of whole days ends with its last day: "tot en met 3 januari".
pub(in crate::pages) fn until_when(moment: Timestamp, now: Timestamp) -> String {
    let there = in_the_netherlands(moment);
    if there.time() == Time::midnight() {
        let last = there.date().yesterday().unwrap_or(there.date());
        return match days_between(today(now), last) {
            0 => "de rest van vandaag".to_owned(),
            1 => "tot en met morgen".to_owned(),
            _ => format!("tot en met {}", day_and_month_from(last, today(now))),
        };
    }
    format!("{} tot {}", near_day(there.date(), today(now)), clock_time(there.time()))
}

fn near_day(date: Date, today: Date) -> String {
    match days_between(today, date) {
        0 => "vandaag".to_owned(),
        1 => "morgen".to_owned(),
        2..=6 => weekday(date.weekday()).to_owned(),
        _ => format!("{} {}", weekday(date.weekday()), day_and_month_from(date, today)),
    }
}

fn day_and_month(date: Date) -> String {
    let month = usize::try_from(date.month()).map_or("", |month| MONTHS[month - 1]);
    format!("{} {month}", date.day())
}

/// The day and the month, with the year if the date is six months ahead or more.
fn day_and_month_from(date: Date, today: Date) -> String {
    if date < today.saturating_add(6.months()) {
        day_and_month(date)
    } else {
        day(date)
    }
}

pub(super) fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "maandag",
        Weekday::Tuesday => "dinsdag",
        Weekday::Wednesday => "woensdag",
        Weekday::Thursday => "donderdag",
        Weekday::Friday => "vrijdag",
        Weekday::Saturday => "zaterdag",
        Weekday::Sunday => "zondag",
    }
}

fn days_between(from: Date, until: Date) -> i32 {
    (until - from).get_days()
}

fn today(now: Timestamp) -> Date {
    in_the_netherlands(now).date()
}

fn in_the_netherlands(moment: Timestamp) -> Zoned {
    static ZONE: std::sync::LazyLock<TimeZone> = std::sync::LazyLock::new(dutch_time_zone);
    moment.to_zoned(ZONE.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_moment_is_told_from_now() {
        // A Monday, ten in the morning in the Netherlands.
        let now = at("2026-11-23T09:00:00Z");
        assert_eq!(from_when(at("2026-11-23T12:00:00Z"), now), "vandaag vanaf 13.00 uur");
        assert_eq!(from_when(at("2026-11-24T08:00:00Z"), now), "morgen vanaf 9.00 uur");
        assert_eq!(from_when(at("2026-11-27T08:30:00Z"), now), "vrijdag vanaf 9.30 uur");
        assert_eq!(from_when(at("2027-01-04T08:00:00Z"), now), "maandag 4 januari vanaf 9.00 uur");
        assert_eq!(
            from_when(at("2027-09-01T07:00:00Z"), now),
            "woensdag 1 september 2027 vanaf 9.00 uur"
        );
    }

    #[test]
    fn a_period_of_whole_days_ends_with_its_last_day() {
        let now = at("2026-11-23T09:00:00Z");
        assert_eq!(until_when(at("2026-11-23T15:30:00Z"), now), "vandaag tot 16.30 uur");
        assert_eq!(until_when(at("2026-11-23T23:00:00Z"), now), "de rest van vandaag");
        assert_eq!(until_when(at("2026-11-24T23:00:00Z"), now), "tot en met morgen");
        assert_eq!(until_when(at("2027-01-03T23:00:00Z"), now), "tot en met 3 januari");
    }

    #[test]
    fn days_and_clocks_are_dutch() {
        assert_eq!(day("2026-10-27".parse().unwrap()), "27 oktober 2026");
        assert_eq!(moment(at("2026-07-01T07:05:00Z")), "1 juli 2026, 9.05 uur");
    }
}
