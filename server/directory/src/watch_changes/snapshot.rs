//! Sends the state that a watch starts with: the routing view at one position, in messages of bounded size.

use std::sync::Arc;

use jiff::civil::Date;
use register::identifier::{OfficerName, OrganisationId};
use register::view::{View, visible};
use server_core::error::Error;
use server_core::lifecycle::Tasks;

use super::filter::WatchFilter;
use super::message::{MAX_CHANGES_PER_MESSAGE, WatchMessage, WatchedChange};

/// The progress of sending a state. The view is immutable: holding it costs only the memory of later changes.
#[derive(Debug)]
pub(super) struct StateCursor {
    view: Arc<View>,
    filter: WatchFilter,
    today: Date,
    stage: CursorStage,
    organisations: usize,
    entries: usize,
}

/// The key to continue after, in the part of the state that is being sent.
#[derive(Debug)]
enum CursorStage {
    Organisations(Option<OrganisationId>),
    Entries(Option<OfficerName>),
    End,
}

impl StateCursor {
    pub(super) fn new(view: Arc<View>, filter: WatchFilter, today: Date) -> Self {
        Self {
            view,
            filter,
            today,
            stage: CursorStage::Organisations(None),
            organisations: 0,
            entries: 0,
        }
    }

    /// Returns the next message and the cursor after it. The end message is the last one.
    pub(super) async fn advance(self, tasks: &Tasks) -> Result<(Self, WatchMessage), Error> {
        tasks.blocking(move || self.step()).await
    }

    fn step(mut self) -> (Self, WatchMessage) {
        let mut changes = Vec::with_capacity(MAX_CHANGES_PER_MESSAGE);
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
                more: !matches!(self.stage, CursorStage::End),
                changes,
            }
        };
        (self, message)
    }

    fn take_organisations(&mut self, changes: &mut Vec<WatchedChange>) {
        let CursorStage::Organisations(after) = &self.stage else {
            return;
        };
        let room = MAX_CHANGES_PER_MESSAGE - changes.len();
        let following = self.view.organisations_after(after.as_ref());
        let mut found: Vec<_> = following
            .filter(|organisation| self.filter.includes(&organisation.id))
            .take(room + 1)
            .map(Arc::clone)
            .collect();
        let has_more = found.len() > room;
        found.truncate(room);
        self.organisations += found.len();
        self.stage = match found.last() {
            Some(last) if has_more => CursorStage::Organisations(Some(last.id.clone())),
            _ => CursorStage::Entries(None),
        };
        changes.extend(found.into_iter().map(WatchedChange::Organisation));
    }

    fn take_entries(&mut self, changes: &mut Vec<WatchedChange>) {
        let CursorStage::Entries(after) = &self.stage else { return };
        let room = MAX_CHANGES_PER_MESSAGE - changes.len();
        let following = self.view.entries_after(after.as_ref());
        let mut found: Vec<_> = following
            .filter(|entry| self.filter.includes(&entry.officer.organisation) && self.view.is_shown(entry))
            .filter(|entry| {
                let organisation = self.view.organisation(&entry.officer.organisation);
                organisation.is_some_and(|organisation| self.filter.may_see_officers_of(organisation))
            })
            .take(room + 1)
            .map(|entry| visible(entry, self.today))
            .collect();
        let has_more = found.len() > room;
        found.truncate(room);
        self.entries += found.len();
        match found.last() {
            Some(last) if has_more => self.stage = CursorStage::Entries(Some(last.officer_name())),
            // The message is full: the entries start with the next message.
            _ if has_more => {}
            _ => self.stage = CursorStage::End,
        }
        changes.extend(found.into_iter().map(WatchedChange::Entry));
    }
}
