//! When time alone may change an answer: the nearest of all edges that the answer was made with.

use jiff::{Timestamp, civil::Date};

use crate::calendar::{end_of_day, next_edge, start_of_day};
use crate::entry::Entry;
use crate::officer::OpeningHours;
use crate::organisation::{Organisation, Service};

/// The nearest edge after a moment, of those that were named.
pub(super) struct Edges {
    moment: Timestamp,
    nearest: Option<Timestamp>,
}

impl Edges {
    pub(super) fn after(moment: Timestamp) -> Self {
        Self { moment, nearest: None }
    }

    pub(super) fn nearest(&self) -> Option<Timestamp> {
        self.nearest
    }

    fn at(&mut self, edge: Option<Timestamp>) {
        if let Some(edge) = edge
            && edge > self.moment
        {
            self.nearest = Some(self.nearest.map_or(edge, |nearest| nearest.min(edge)));
        }
    }

    /// Something begins on a day.
    fn first_day(&mut self, day: Option<Date>) {
        self.at(day.and_then(start_of_day));
    }

    /// Something holds up to and including a day.
    pub(super) fn last_day(&mut self, day: Option<Date>) {
        self.at(day.and_then(end_of_day));
    }

    pub(super) fn hours(&mut self, hours: &[OpeningHours]) {
        self.at(next_edge(hours, self.moment));
    }

    /// Everything of an entry that time changes: absences, hours, mandates, verification, name.
    pub(super) fn entry(&mut self, entry: &Entry) {
        self.at(entry.presence.next_change(self.moment));
        self.hours(&entry.officer.hours);
        for mandate in &entry.officer.mandates {
            self.last_day(mandate.until);
        }
        self.last_day(entry.verification.as_ref().map(|verification| verification.verify_by));
        self.last_day(entry.officer.name_until);
    }

    pub(super) fn organisation(&mut self, organisation: &Organisation) {
        self.first_day(organisation.valid_from);
        self.last_day(organisation.valid_until);
    }

    pub(super) fn service(&mut self, service: &Service) {
        self.first_day(service.from);
        self.last_day(service.until);
    }
}
