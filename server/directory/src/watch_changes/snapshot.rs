//! The state that a watch begins with: the routing view of one position, in messages of a bounded size.

use std::sync::Arc;

use jiff::civil::Date;
use register::identifier::{OfficerName, OrganisationId};
use register::view::{View, visible};
use server_core::error::Error;
use server_core::lifecycle::Tasks;

use super::{Filter, PER_MESSAGE, WatchMessage, WatchedChange};

/// How far the sending of a state is. The view in it never changes, and holding it costs no more than what has changed since.
#[derive(Debug)]
pub(super) struct StateCursor {
    view: Arc<View>,
    filter: Filter,
    today: Date,
    place: Place,
    organisations: usize,
    entries: usize,
}

#[derive(Debug)]
enum Place {
    Organisations(Option<OrganisationId>),
    Entries(Option<OfficerName>),
    End,
}

impl StateCursor {
    pub(super) fn new(view: Arc<View>, filter: Filter, today: Date) -> Self {
        Self {
            view,
            filter,
            today,
            place: Place::Organisations(None),
            organisations: 0,
            entries: 0,
        }
    }

    /// The next message, and the cursor behind it. After the end message there is nothing more.
    pub(super) async fn advance(self, tasks: &Tasks) -> Result<(Self, WatchMessage), Error> {
        tasks.blocking(move || self.step()).await
    }

    fn step(mut self) -> (Self, WatchMessage) {
        let mut changes = Vec::with_capacity(PER_MESSAGE);
        self.take_organisations(&mut changes);
        self.take_entries(&mut changes);
        let message = if changes.is_empty() {
            WatchMessage::SnapshotEnd {
                position: self.view.position(),
                organisations: self.organisations,
                entries: self.entries,
            }
        } else {
            WatchMessage::Changes {
                position: None,
                more: !matches!(self.place, Place::End),
                changes,
            }
        };
        (self, message)
    }

    fn take_organisations(&mut self, changes: &mut Vec<WatchedChange>) {
        let Place::Organisations(after) = &self.place else { return };
        let wanted = PER_MESSAGE - changes.len();
        let following = self.view.organisations_after(after.as_ref());
        let mut found: Vec<_> = following
            .filter(|organisation| self.filter.includes(&organisation.id))
            .take(wanted + 1)
            .map(Arc::clone)
            .collect();
        let has_more = found.len() > wanted;
        found.truncate(wanted);
        self.organisations += found.len();
        self.place = match found.last() {
            Some(last) if has_more => Place::Organisations(Some(last.id.clone())),
            _ => Place::Entries(None),
        };
        changes.extend(found.into_iter().map(WatchedChange::Organisation));
    }

    fn take_entries(&mut self, changes: &mut Vec<WatchedChange>) {
        let Place::Entries(after) = &self.place else { return };
        let wanted = PER_MESSAGE - changes.len();
        let following = self.view.entries_after(after.as_ref());
        let mut found: Vec<_> = following
            .filter(|entry| self.filter.includes(&entry.officer.organisation) && self.view.is_shown(entry))
            .filter(|entry| {
                let organisation = self.view.organisation(&entry.officer.organisation);
                organisation.is_some_and(|organisation| self.filter.may_have_officers_of(organisation))
            })
            .take(wanted + 1)
            .map(|entry| visible(entry, self.today))
            .collect();
        let has_more = found.len() > wanted;
        found.truncate(wanted);
        self.entries += found.len();
        match found.last() {
            Some(last) if has_more => self.place = Place::Entries(Some(last.officer_name())),
            // Nothing fitted any more: the entries begin with the next message.
            _ if has_more => {}
            _ => self.place = Place::End,
        }
        changes.extend(found.into_iter().map(WatchedChange::Entry));
    }
}
