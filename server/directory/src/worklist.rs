//! What an operator should look at: what is stale, what ends soon, and who has nobody to be found.

use std::sync::Arc;

use jiff::ToSpan as _;
use jiff::civil::Date;
use register::entry::Entry;
use register::grant::Grant;
use register::organisation::{Organisation, OrganisationStatus};
use register::view::View;
use server_core::error::Error;
use server_core::identity::Caller;

use super::Directory;

/// How far ahead an end is told, in days: long enough for a new certificate or decision.
const AHEAD_DAYS: i32 = 60;
/// Items of a kind that are named; the rest is counted.
const WORKLIST_ITEMS: usize = 50;

/// What an operator should look at.
#[derive(Clone, Debug, Default)]
pub struct Worklist {
    /// Entries whose verification no longer counts, the longest ago first.
    pub stale: Work<Arc<Entry>>,
    /// Grants that end soon, or have ended, the first to end first.
    pub ending_grants: Work<Arc<Grant>>,
    /// Organisations that take part and have no officer.
    pub without_officers: Work<Arc<Organisation>>,
}

/// Items of one kind.
#[derive(Clone, Debug)]
pub struct Work<T> {
    /// The first of them.
    pub first: Vec<T>,
    /// How many there are.
    pub total: usize,
}

impl<T> Default for Work<T> {
    fn default() -> Self {
        Self {
            first: Vec::new(),
            total: 0,
        }
    }
}

impl<T> Work<T> {
    fn of(mut items: Vec<T>) -> Self {
        let total = items.len();
        items.truncate(WORKLIST_ITEMS);
        Self { first: items, total }
    }
}

impl Directory {
    /// What an operator should look at, as of today.
    pub async fn worklist(&self, caller: &Caller) -> Result<Worklist, Error> {
        let view = self.views.current();
        self.may_operate(&view, caller)?;
        let today = self.clock.today();
        self.tasks.blocking(move || worklist(&view, today)).await
    }
}

fn worklist(view: &View, today: Date) -> Worklist {
    let mut stale: Vec<&Arc<Entry>> = view
        .entries()
        .filter(|entry| view.is_shown(entry) && entry.is_stale_on(today))
        .collect();
    stale.sort_by_key(|entry| entry.verified_on());
    let horizon = today.saturating_add(AHEAD_DAYS.days());
    let mut ending: Vec<Arc<Grant>> = view
        .grants()
        .filter(|grant| grant.until.is_some_and(|until| until <= horizon))
        .cloned()
        .collect();
    ending.sort_by_key(|grant| grant.until);
    let without_officers = view.organisations().filter(|organisation| {
        matches!(
            organisation.status,
            OrganisationStatus::Connecting | OrganisationStatus::Connected
        ) && organisation.is_valid_on(today)
            && view.entries_of(&organisation.id).next().is_none()
    });
    Worklist {
        // Names that have ended are not for operators either.
        stale: Work::of(stale.into_iter().map(|entry| register::view::visible(entry, today)).collect()),
        ending_grants: Work::of(ending),
        without_officers: Work::of(without_officers.cloned().collect()),
    }
}
