//! Entries in order of name, by page.

use std::sync::Arc;

use jiff::civil::Date;
use register::entry::Entry;
use register::identifier::{OfficerName, OrganisationId};
use register::view::{View, visible};
use server_core::error::{Error, Reason};
use server_core::identity::Caller;
use server_core::views::Consistency;

use super::limits::page_size;
use super::{Directory, Listing, Page};

/// Which entries.
#[derive(Clone, Debug)]
pub struct ListOfficers {
    /// Of this organisation; absent for all.
    pub organisation: Option<OrganisationId>,
    /// Entries per page; 0 means 50, at most 500.
    pub page_size: i32,
    /// From a previous answer to the same request.
    pub page_token: String,
    /// From which position.
    pub consistency: Consistency,
}

impl Directory {
    /// A page of entries as they are shown today. A page that is asked for later continues after the last name, whatever has
    /// changed since.
    pub async fn list_officers(&self, caller: &Caller, request: ListOfficers) -> Result<Listing<Arc<Entry>>, Error> {
        self.may_look_up(&self.views.current(), caller)?;
        let limit = page_size(request.page_size, 50, 500)?;
        let fingerprint = self.tokens.fingerprint("ListOfficers", &request.organisation);
        let page: Option<Page<OfficerName>> = self.tokens.open(&fingerprint, &request.page_token)?;
        let view = self.views.reading(&request.consistency).await?;
        let combined = self.federation.combined(view).await?;
        let view = Arc::clone(combined.view());
        if let Some(id) = &request.organisation
            && view.organisation(id).is_none()
        {
            return Err(Error::not_found(
                Reason::OrganisationNotFound,
                "organisation",
                id.resource_name(),
            ));
        }
        let position = view.position();
        let today = self.clock.today();
        let (mut items, total) = self
            .tasks
            .blocking(move || {
                let after = page.map(|page| page.after);
                let items = entries(&view, request.organisation.as_ref(), after.as_ref(), today, limit + 1);
                (items, count(&view, request.organisation.as_ref()))
            })
            .await?;
        let has_more = items.len() > limit;
        items.truncate(limit);
        let next_page_token = match items.last() {
            Some(last) if has_more => {
                let after = last.officer_name();
                self.tokens.seal(&fingerprint, &Page { after, position })
            }
            _ => String::new(),
        };
        let sources = combined.sources(items.iter().map(|entry| &entry.officer.organisation));
        Ok(Listing {
            items,
            next_page_token,
            total,
            position,
            sources,
        })
    }
}

fn entries(
    view: &View,
    organisation: Option<&OrganisationId>,
    after: Option<&OfficerName>,
    today: Date,
    limit: usize,
) -> Vec<Arc<Entry>> {
    let shown = |entry: &&Arc<Entry>| view.is_shown(entry);
    match organisation {
        None => view
            .entries_after(after)
            .filter(shown)
            .take(limit)
            .map(|entry| visible(entry, today))
            .collect(),
        Some(id) => view
            .entries_of(id)
            .filter(shown)
            .filter(|entry| after.is_none_or(|after| *after < entry.officer_name()))
            .take(limit)
            .map(|entry| visible(entry, today))
            .collect(),
    }
}

/// How many entries are shown.
fn count(view: &View, organisation: Option<&OrganisationId>) -> usize {
    match organisation {
        Some(id) => view.entries_of(id).filter(|entry| view.is_shown(entry)).count(),
        None => {
            let suspended = view.organisations().filter(|organisation| !organisation.is_visible());
            let hidden: usize = suspended.map(|organisation| view.entries_of(&organisation.id).count()).sum();
            view.counts().entries - hidden
        }
    }
}
