//! When time alone may change an answer: the nearest of all edges that the answer was made with.

use jiff::{Timestamp, civil::Date};

use crate::calendar::{next_transition, start_of_day};
use crate::entry::Entry;
use crate::officer::OpeningHours;
use crate::organisation::{Organisation, Service};

/// The nearest edge after a moment, of those that were named.
///
/// Days are compared as days and become a moment once, at the end: a route looks at hundreds of candidates.
pub(super) struct Validity {
    moment: Timestamp,
    /// The day of the moment.
    day: Date,
    nearest: Option<Timestamp>,
    /// The nearest day after the moment's that begins with an edge.
    nearest_day: Option<Date>,
}

impl Validity {
    pub(super) fn new(moment: Timestamp, day: Date) -> Self {
        Self {
            moment,
            day,
            nearest: None,
            nearest_day: None,
        }
    }

    pub(super) fn valid_until(&self) -> Option<Timestamp> {
        let start = self.nearest_day.and_then(start_of_day);
        self.nearest.into_iter().chain(start).min()
    }

    fn note_moment(&mut self, edge: Option<Timestamp>) {
        if let Some(edge) = edge
            && edge > self.moment
        {
            self.nearest = Some(self.nearest.map_or(edge, |nearest| nearest.min(edge)));
        }
    }

    /// Something begins on a day.
    fn note_first_day(&mut self, day: Option<Date>) {
        if let Some(day) = day
            && day > self.day
        {
            self.nearest_day = Some(self.nearest_day.map_or(day, |nearest| nearest.min(day)));
        }
    }

    /// Something holds up to and including a day.
    pub(super) fn note_last_day(&mut self, day: Option<Date>) {
        if let Some(day) = day
            && day >= self.day
        {
            self.note_first_day(day.tomorrow().ok());
        }
    }

    pub(super) fn note_hours(&mut self, hours: &[OpeningHours]) {
        self.note_moment(next_transition(hours, self.moment));
    }

    /// What may change whether and where an officer is named: absences, mandates and verification.
    pub(super) fn note_candidate(&mut self, entry: &Entry) {
        self.note_moment(entry.presence.next_change(self.moment));
        for mandate in &entry.officer.mandates {
            self.note_last_day(mandate.until);
        }
        self.note_last_day(entry.verification.as_ref().map(|verification| verification.verify_by));
    }

    /// What may change how an officer is shown that is named: hours and name.
    pub(super) fn note_target(&mut self, entry: &Entry) {
        self.note_hours(&entry.officer.hours);
        self.note_last_day(entry.officer.name_until);
    }

    pub(super) fn note_organisation(&mut self, organisation: &Organisation) {
        self.note_first_day(organisation.valid_from);
        self.note_last_day(organisation.valid_until);
    }

    pub(super) fn note_service(&mut self, service: &Service) {
        self.note_first_day(service.from);
        self.note_last_day(service.until);
    }
}
