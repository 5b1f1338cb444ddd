//! Whether somebody answers now, or from when: the first thing a professional looks for.

use jiff::Timestamp;
use register::calendar::{is_open, next_open, next_transition};
use register::entry::Entry;
use register::officer::OpeningHours;

use super::dutch::{from_when, until_when};

/// Whether somebody answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reachability {
    /// The tone of the badge: `ok`, `warning` or empty.
    pub(super) tone: &'static str,
    /// The text of the badge.
    pub(super) text: String,
}

impl Reachability {
    /// The reachability of an officer, with absences.
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

    /// The reachability of a desk, which has no absences.
    pub(super) fn of_desk(hours: &[OpeningHours], now: Timestamp) -> Self {
        Self::of_hours(hours, next_open(hours, now), now)
    }

    fn of_hours(hours: &[OpeningHours], from: Option<Timestamp>, now: Timestamp) -> Self {
        if is_open(hours, now) {
            let until = next_transition(hours, now).map_or_else(String::new, |until| format!(", {}", until_when(until, now)));
            // Unknown hours count as office hours, but the text must not promise them.
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
    fn hours_and_absences_decide_the_text() {
        let mut entry = sample::entry();
        entry.officer.hours = vec![OpeningHours {
            days: vec![Weekday::Ma, Weekday::Di],
            from: time(9, 0, 0, 0),
            until: time(16, 30, 0, 0),
        }];
        let text = |entry: &Entry, now| Reachability::of_entry(entry, at(now)).text;
        assert_eq!(text(&entry, "2026-11-23T09:00:00Z"), "Nu bereikbaar, vandaag tot 16.30 uur");
        assert_eq!(text(&entry, "2026-11-23T16:00:00Z"), "Bereikbaar morgen vanaf 9.00 uur");
        entry.presence.absences.push(register::presence::Absence {
            from: at("2026-11-22T23:00:00Z"),
            until: at("2026-11-24T23:00:00Z"),
        });
        assert_eq!(text(&entry, "2026-11-23T09:00:00Z"), "Afwezig, tot en met morgen");
    }

    #[test]
    fn unknown_hours_promise_nothing() {
        let reach = Reachability::of_desk(&[], at("2026-11-23T09:00:00Z"));
        assert_eq!(reach.text, "Binnen kantoortijd, tijden niet opgegeven");
    }
}
