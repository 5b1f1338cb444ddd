//! Whether someone answers now, and if not, from when: what a professional between two appointments wants to see first.

use jiff::Timestamp;
use register::calendar::{is_open, next_open, next_transition};
use register::entry::Entry;
use register::officer::OpeningHours;

use super::dutch::{from_when, until_when};

/// Whether someone answers, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reach {
    /// The tone of the badge: `ok`, `warning` or nothing.
    pub(super) tone: &'static str,
    /// In words.
    pub(super) text: String,
}

impl Reach {
    /// Of an officer, who may be absent.
    pub(super) fn of_entry(entry: &Entry, now: Timestamp) -> Self {
        let hours = &entry.officer.hours;
        let Some(absence) = entry.presence.absence_at(now) else {
            return Self::of_hours(hours, entry.reachable_from(now), now);
        };
        Self {
            tone: "warning",
            text: format!("Afwezig, {}", until_when(absence.until, now)),
        }
    }

    /// Of a desk, which never is.
    pub(super) fn of_desk(hours: &[OpeningHours], now: Timestamp) -> Self {
        Self::of_hours(hours, next_open(hours, now), now)
    }

    fn of_hours(hours: &[OpeningHours], from: Option<Timestamp>, now: Timestamp) -> Self {
        if is_open(hours, now) {
            let until = next_transition(hours, now).map_or_else(String::new, |until| format!(", {}", until_when(until, now)));
            // Unknown hours count as office hours; a professional should know that nobody promised them.
            let text = if hours.is_empty() {
                "Binnen kantoortijd, tijden niet opgegeven".to_owned()
            } else {
                format!("Nu bereikbaar{until}")
            };
            return Self { tone: "ok", text };
        }
        Self {
            tone: "",
            text: from.map_or_else(
                || "Tijden niet bekend".to_owned(),
                |from| format!("Bereikbaar {}", from_when(from, now)),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::time;
    use register::officer::Weekday;

    use super::*;
    use crate::pages::sample;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn office_hours_absence_and_closing_are_told() {
        let mut entry = sample::entry();
        entry.officer.hours = vec![OpeningHours {
            days: vec![Weekday::Ma, Weekday::Di],
            from: time(9, 0, 0, 0),
            until: time(16, 30, 0, 0),
        }];
        let told = |entry: &Entry, now| Reach::of_entry(entry, at(now)).text;
        assert_eq!(told(&entry, "2026-11-23T09:00:00Z"), "Nu bereikbaar, vandaag tot 16.30 uur");
        assert_eq!(told(&entry, "2026-11-23T16:00:00Z"), "Bereikbaar morgen vanaf 9.00 uur");
        entry.presence.absences.push(register::presence::Absence {
            from: at("2026-11-22T23:00:00Z"),
            until: at("2026-11-24T23:00:00Z"),
        });
        assert_eq!(told(&entry, "2026-11-23T09:00:00Z"), "Afwezig, tot en met morgen");
    }

    #[test]
    fn unknown_hours_promise_nothing() {
        let reach = Reach::of_desk(&[], at("2026-11-23T09:00:00Z"));
        assert_eq!(reach.text, "Binnen kantoortijd, tijden niet opgegeven");
    }
}
