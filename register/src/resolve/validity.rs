//! Tracks until when a route stays valid if nothing but time changes.

use jiff::{Timestamp, civil::Date};

use crate::calendar::{next_transition, start_of_day};
use crate::entry::Entry;
use crate::officer::OpeningHours;
use crate::organisation::{Organisation, Service};

/// The earliest noted transition after the moment of the need.
///
/// Days are compared as days and converted once, at the end, because a route looks at hundreds of candidates.
pub(super) struct Validity {
    moment: Timestamp,
    /// The day of the moment.
    day: Date,
    nearest: Option<Timestamp>,
    /// The nearest later day that begins with a transition.
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

    /// The first moment at which time alone may change the route. None if there is none.
    pub(super) fn valid_until(&self) -> Option<Timestamp> {
        let start = self.nearest_day.and_then(start_of_day);
        self.nearest.into_iter().chain(start).min()
    }

    fn note_moment(&mut self, transition: Option<Timestamp>) {
        if let Some(transition) = transition
            && transition > self.moment
        {
            self.nearest = Some(self.nearest.map_or(transition, |nearest| nearest.min(transition)));
        }
    }

    /// Notes that something begins on a day.
    fn note_first_day(&mut self, day: Option<Date>) {
        if let Some(day) = day
            && day > self.day
        {
            self.nearest_day = Some(self.nearest_day.map_or(day, |nearest| nearest.min(day)));
        }
    }

    /// Notes that something is valid through a day.
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

    /// Notes what may change the rank of a candidate: absences, mandates and verification.
    pub(super) fn note_candidate(&mut self, entry: &Entry) {
        self.note_moment(entry.presence.next_change(self.moment));
        for mandate in &entry.officer.mandates {
            self.note_last_day(mandate.until);
        }
        self.note_last_day(entry.verification.as_ref().map(|verification| verification.verify_by));
    }

    /// Notes what may change how a target is shown: hours and name.
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
