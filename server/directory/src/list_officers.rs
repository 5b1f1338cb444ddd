//! Lists entries in order of name, page by page.

use std::sync::Arc;

use jiff::civil::Date;
use register::entry::Entry;
use register::identifier::{OfficerName, OrganisationId};
use register::view::{View, visible};
use server_core::error::Error;
use server_core::identity::Caller;
use server_core::views::Consistency;

use super::limits::{fitting, page_size};
use super::refusal::organisation_not_found;
use super::{Directory, Listing, Page};

/// A request for a page of entries.
#[derive(Clone, Debug)]
pub struct ListOfficers {
    /// Only the entries of this organisation; `None` for all.
    pub organisation: Option<OrganisationId>,
    /// Entries per page: 0 means 50, at most 500.
    pub page_size: i32,
    /// The page token of a previous response to the same request; empty for the first page.
    pub page_token: String,
    /// The position that the response must show at least.
    pub consistency: Consistency,
    /// Returns the size of an entry in the response, in bytes. A page ends before [`super::limits::PAGE_BYTES`].
    pub size_of: fn(&Entry) -> usize,
}

impl Directory {
    /// Returns a page of entries as they are shown today. The next page continues after the last name, even if the register has
    /// changed since.
    pub async fn list_officers(&self, caller: &Caller, request: ListOfficers) -> Result<Listing<Arc<Entry>>, Error> {
        self.may_look_up(&self.views.current(), caller)?;
        let most = page_size(request.page_size, 50, 500)?;
        let fingerprint = self.tokens.fingerprint("ListOfficers", &request.organisation);
        let page: Option<Page<OfficerName>> = self.tokens.open(&fingerprint, &request.page_token)?;
        let view = self.views.reading(&request.consistency).await?;
        let combined = self.federation.combined(view).await?;
        let view = Arc::clone(combined.view());
        if let Some(id) = &request.organisation
            && view.organisation(id).is_none()
        {
            return Err(organisation_not_found(id));
        }
        let position = view.position();
        let today = self.clock.today();
        let (mut items, limit, total) = self
            .tasks
            .blocking(move || {
                let after = page.map(|page| page.after);
                let items = entries(&view, request.organisation.as_ref(), after.as_ref(), today, most + 1);
                let limit = fitting(items.iter().map(|entry| (request.size_of)(entry)), most);
                (items, limit, count(&view, request.organisation.as_ref()))
            })
            .await?;
        let next_page_token = self
            .tokens
            .next_page(&fingerprint, &mut items, limit, position, |last| last.officer_name());
        let sources = combined.sources(items.iter().map(|entry| &entry.officer.organisation));
        Ok(Listing {
            items,
            next_page_token,
            total,
            position,
            sources,
            unlisted_registers: Vec::new(),
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

/// Returns the number of visible entries.
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
