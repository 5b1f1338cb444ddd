//! Validates opening hours and absences.

use jiff::{Timestamp, civil::Date};

use super::{
    Rules,
    draft_reader::{DraftReader, parse_date},
    limits,
};
use crate::calendar::{end_of_day, start_of_day};
use crate::draft::{AbsenceDraft, HoursDraft};
use crate::officer::{OpeningHours, Weekday, parse_time};
use crate::presence::{Absence, Presence};
use crate::violation::{Violation, ViolationCode};

/// Validates the absences of an officer, or returns all violations. Sorts them, merges overlapping ones and drops those that
/// ended before today, which nobody needs to know any more.
pub fn absences(drafts: &[AbsenceDraft], rules: &Rules<'_>) -> Result<Presence, Vec<Violation>> {
    let mut reader = DraftReader::new(rules);
    let presence = reader.absences(drafts);
    reader.finish(Some(presence))
}

impl DraftReader<'_> {
    pub(super) fn hours(&mut self, drafts: &[HoursDraft]) -> Vec<OpeningHours> {
        self.each("hours", drafts, limits::HOURS, |reader, step, draft| {
            reader.inside(step, |reader| reader.opening_hours(draft))
        })
    }

    fn opening_hours(&mut self, draft: &HoursDraft) -> Option<OpeningHours> {
        let words: Vec<&str> = Weekday::ALL.iter().map(|day| day.as_str()).collect();
        let mut days = self.each("days", &draft.days, limits::DAYS, |reader, field, text| {
            reader.word(field, text, &words, Weekday::parse)
        });
        days.sort_unstable();
        days.dedup();
        if draft.days.iter().all(|day| day.trim().is_empty()) {
            let message = "Er staan tijden zonder dag; noem de dagen, zoals ma, di en wo.";
            self.refuse("days", ViolationCode::Required, message);
        }
        let from = self.time("from", &draft.from);
        let until = self.time("until", &draft.until);
        let (from, until) = (from?, until?);
        if until <= from {
            let message = "De eindtijd ligt niet na de begintijd; verbeter een van beide.";
            self.refuse("until", ViolationCode::EmptyRange, message);
            return None;
        }
        Some(OpeningHours { days, from, until })
    }

    fn time(&mut self, field: &str, text: &str) -> Option<jiff::civil::Time> {
        let time = parse_time(text.trim());
        if time.is_none() {
            let message = "Dit is geen tijd; schrijf uren en minuten zoals 09:00.";
            self.refuse(field, ViolationCode::Malformed, message);
        }
        time
    }

    pub(super) fn absences(&mut self, drafts: &[AbsenceDraft]) -> Presence {
        let mut absences = self.each("absences", drafts, limits::ABSENCES, |reader, step, draft| {
            reader.inside(step, |reader| reader.absence(draft))
        });
        let today = start_of_day(self.rules.today);
        absences.retain(|absence| today.is_none_or(|today| absence.until > today));
        absences.sort_unstable();
        let mut merged: Vec<Absence> = Vec::with_capacity(absences.len());
        for absence in absences {
            match merged.last_mut() {
                Some(last) if absence.from <= last.until => last.until = last.until.max(absence.until),
                _ => merged.push(absence),
            }
        }
        Presence { absences: merged }
    }

    fn absence(&mut self, draft: &AbsenceDraft) -> Option<Absence> {
        let from = self.moment("from", &draft.from, start_of_day);
        let until = self.moment("until", &draft.until, end_of_day);
        let (from, until) = (from?, until?);
        if until <= from {
            let message = "De afwezigheid eindigt niet na haar begin; verbeter een van beide.";
            self.refuse("until", ViolationCode::EmptyRange, message);
            return None;
        }
        Some(Absence { from, until })
    }

    /// Reads a moment in RFC 3339, or a day in the Netherlands that `edge` converts to a moment.
    fn moment(&mut self, field: &str, text: &str, edge: fn(Date) -> Option<Timestamp>) -> Option<Timestamp> {
        let text = text.trim();
        let moment = match parse_date(text) {
            Some(day) => edge(day),
            None if text.len() <= 40 => text.parse().ok(),
            None => None,
        };
        if moment.is_none() {
            let message = "Dit is geen moment; schrijf een datum zoals 2026-12-31 of een tijdstip zoals 2026-12-31T09:00:00Z.";
            self.refuse(field, ViolationCode::Malformed, message);
        }
        moment
    }
}
