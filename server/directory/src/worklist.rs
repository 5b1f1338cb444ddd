//! Lists what needs the attention of an operator: stale entries, ending grants and organisations without officers.

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

/// How many days ahead an ending grant is listed: time enough for a new certificate or decision.
const HORIZON_DAYS: i32 = 60;
/// Maximum number of items listed per kind; the total counts all of them.
const WORKLIST_ITEMS: usize = 50;

/// What needs the attention of an operator.
#[derive(Clone, Debug, Default)]
pub struct Worklist {
    /// Entries whose verification has expired, the oldest verification first.
    pub stale: Work<Arc<Entry>>,
    /// Grants that end soon or have ended, in order of their end.
    pub ending_grants: Work<Arc<Grant>>,
    /// Connecting and connected organisations without officers.
    pub without_officers: Work<Arc<Organisation>>,
}

/// The items of one kind.
#[derive(Clone, Debug)]
pub struct Work<T> {
    /// The first items.
    pub first: Vec<T>,
    /// The number of all items.
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
    fn new(mut items: Vec<T>) -> Self {
        let total = items.len();
        items.truncate(WORKLIST_ITEMS);
        Self { first: items, total }
    }
}

impl Directory {
    /// Returns the worklist as of today.
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
    let horizon = today.saturating_add(HORIZON_DAYS.days());
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
        // Ended names are hidden from operators too.
        stale: Work::new(stale.into_iter().map(|entry| register::view::visible(entry, today)).collect()),
        ending_grants: Work::new(ending),
        without_officers: Work::new(without_officers.cloned().collect()),
    }
}
