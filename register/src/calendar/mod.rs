//! Opening hours in Europe/Amsterdam, and Dutch public holidays.
//!
//! Hours are civil time: an office that opens at nine also opens at nine after a clock change. On a public holiday every desk
//! is closed, regardless of its hours. Empty hours are unknown and count as office hours: Monday to Friday from nine to five.

mod holidays;

use std::sync::LazyLock;

use jiff::{
    Timestamp,
    civil::{Date, Time, time},
    tz::TimeZone,
};

pub use holidays::is_public_holiday;

use crate::clock::dutch_time_zone;
use crate::officer::{OpeningHours, Weekday};

/// How many days ahead to look for an opening. A desk that is open one day a week opens within two weeks, holidays included;
/// hours without days never open.
const DAYS_AHEAD: usize = 40;

static ZONE: LazyLock<TimeZone> = LazyLock::new(dutch_time_zone);

static OFFICE_HOURS: LazyLock<[OpeningHours; 1]> = LazyLock::new(|| {
    [OpeningHours {
        days: vec![Weekday::Ma, Weekday::Di, Weekday::Wo, Weekday::Do, Weekday::Vr],
        from: time(9, 0, 0, 0),
        until: time(17, 0, 0, 0),
    }]
});

/// Whether `hours` include `moment`.
pub fn is_open(hours: &[OpeningHours], moment: Timestamp) -> bool {
    openings(hours, date_of(moment))
        .iter()
        .any(|opening| opening.from <= moment && moment < opening.until)
}

/// The first moment, `moment` or later, that `hours` include. None if there is none.
pub fn next_open(hours: &[OpeningHours], moment: Timestamp) -> Option<Timestamp> {
    days_from(moment)
        .flat_map(|day| openings(hours, day))
        .find(|opening| moment < opening.until)
        .map(|opening| opening.from.max(moment))
}

/// The first moment after `moment` at which [`is_open`] changes. None if it never does.
pub fn next_transition(hours: &[OpeningHours], moment: Timestamp) -> Option<Timestamp> {
    days_from(moment)
        .flat_map(|day| openings(hours, day))
        .find(|opening| moment < opening.until)
        .map(|opening| if moment < opening.from { opening.from } else { opening.until })
}

/// The beginning of `day` in the Netherlands.
pub fn start_of_day(day: Date) -> Option<Timestamp> {
    moment_of(day, Time::midnight())
}

/// The end of `day` in the Netherlands: the beginning of the day after it.
pub fn end_of_day(day: Date) -> Option<Timestamp> {
    day.tomorrow().ok().and_then(start_of_day)
}

/// A continuous period of being open, on one day.
#[derive(Clone, Copy)]
struct Opening {
    from: Timestamp,
    until: Timestamp,
}

/// The openings of `day`, in order. Those that touch or overlap are merged.
fn openings(hours: &[OpeningHours], day: Date) -> Vec<Opening> {
    if is_public_holiday(day) {
        return Vec::new();
    }
    let hours = if hours.is_empty() { OFFICE_HOURS.as_slice() } else { hours };
    let weekday = day.weekday();
    let mut times: Vec<(Time, Time)> = hours
        .iter()
        .filter(|hours| hours.days.iter().any(|day| day.to_civil() == weekday))
        .map(|hours| (hours.from, hours.until))
        .collect();
    times.sort_unstable();
    let mut openings: Vec<Opening> = Vec::with_capacity(times.len());
    for (from, until) in times {
        let (Some(from), Some(until)) = (moment_of(day, from), moment_of(day, until)) else {
            continue;
        };
        match openings.last_mut() {
            Some(last) if from <= last.until => last.until = last.until.max(until),
            // An hour that the clocks skip is not an opening.
            _ if from < until => openings.push(Opening { from, until }),
            _ => {}
        }
    }
    openings
}

fn days_from(moment: Timestamp) -> impl Iterator<Item = Date> {
    std::iter::successors(Some(date_of(moment)), |day| day.tomorrow().ok()).take(DAYS_AHEAD)
}

fn date_of(moment: Timestamp) -> Date {
    ZONE.to_datetime(moment).date()
}

/// The moment at which clocks in the Netherlands show `time` on `day`. A skipped time shifts by the skipped hour; of a repeated
/// time, the first occurrence counts.
fn moment_of(day: Date, time: Time) -> Option<Timestamp> {
    ZONE.to_ambiguous_timestamp(day.to_datetime(time)).compatible().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn hours(days: &[Weekday], from: i8, until: i8) -> OpeningHours {
        OpeningHours {
            days: days.to_vec(),
            from: time(from, 0, 0, 0),
            until: time(until, 0, 0, 0),
        }
    }

    #[test]
    fn unknown_hours_are_office_hours() {
        assert!(is_open(&[], at("2026-11-20T08:00:00Z")));
        assert!(!is_open(&[], at("2026-11-20T07:59:59Z")));
        // Friday evening: Monday at nine.
        assert_eq!(next_open(&[], at("2026-11-20T16:00:00Z")), Some(at("2026-11-23T08:00:00Z")));
    }

    #[test]
    fn opening_times_do_not_shift_with_the_clocks() {
        // Clocks go forward on Sunday 29 March 2026 and back on Sunday 25 October 2026.
        assert_eq!(next_open(&[], at("2026-03-27T16:30:00Z")), Some(at("2026-03-30T07:00:00Z")));
        assert_eq!(next_open(&[], at("2026-10-23T16:30:00Z")), Some(at("2026-10-26T08:00:00Z")));
    }

    #[test]
    fn a_skipped_hour_is_no_opening_and_a_repeated_one_lasts_two() {
        let night = [hours(&[Weekday::Zo], 2, 3)];
        assert_eq!(
            next_transition(&night, at("2026-03-28T12:00:00Z")),
            Some(at("2026-04-12T00:00:00Z"))
        );
        assert!(is_open(&night, at("2026-10-25T00:30:00Z")) && is_open(&night, at("2026-10-25T01:30:00Z")));
    }

    #[test]
    fn desks_are_closed_on_holidays() {
        // Maundy Thursday after hours: Good Friday is open. Good Friday after hours: Tuesday after Easter.
        assert_eq!(next_open(&[], at("2026-04-02T16:00:00Z")), Some(at("2026-04-03T07:00:00Z")));
        assert_eq!(next_open(&[], at("2026-04-03T16:00:00Z")), Some(at("2026-04-07T07:00:00Z")));
        assert!(!is_open(&[], at("2026-12-25T10:00:00Z")));
    }

    #[test]
    fn touching_hours_merge() {
        let split = [hours(&[Weekday::Ma], 9, 12), hours(&[Weekday::Ma], 12, 17)];
        assert_eq!(
            next_transition(&split, at("2026-11-23T09:00:00Z")),
            Some(at("2026-11-23T16:00:00Z"))
        );
        assert_eq!(
            next_transition(&split, at("2026-11-23T16:00:00Z")),
            Some(at("2026-11-30T08:00:00Z"))
        );
    }

    #[test]
    fn hours_without_days_never_open() {
        assert_eq!(next_open(&[hours(&[], 9, 17)], at("2026-11-23T09:00:00Z")), None);
    }
}
