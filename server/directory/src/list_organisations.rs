//! Lists organisations in order of id, page by page.

use std::sync::Arc;

use register::identifier::OrganisationId;
use register::organisation::{Organisation, OrganisationKind, OrganisationStatus};
use server_core::error::Error;
use server_core::identity::Caller;
use server_core::views::Consistency;

use super::limits::{fitting, page_size};
use super::{Directory, Listing, Page};

/// A request for a page of organisations.
#[derive(Clone, Debug)]
pub struct ListOrganisations {
    /// The kinds to list; empty for all.
    pub kinds: Vec<OrganisationKind>,
    /// The statuses to list; empty for all.
    pub statuses: Vec<OrganisationStatus>,
    /// Organisations per page: 0 means 50, at most 500.
    pub page_size: i32,
    /// The page token of a previous response to the same request; empty for the first page.
    pub page_token: String,
    /// The position that the response must show at least.
    pub consistency: Consistency,
    /// Returns the size of an organisation in the response, in bytes. A page ends before [`super::limits::PAGE_BYTES`].
    pub size_of: fn(&Organisation) -> usize,
}

impl Directory {
    /// Returns a page of organisations.
    pub async fn list_organisations(
        &self,
        caller: &Caller,
        request: ListOrganisations,
    ) -> Result<Listing<Arc<Organisation>>, Error> {
        self.may_look_up(&self.views.current(), caller)?;
        let most = page_size(request.page_size, 50, 500)?;
        let fingerprint = self
            .tokens
            .fingerprint("ListOrganisations", &(&request.kinds, &request.statuses));
        let page: Option<Page<OrganisationId>> = self.tokens.open(&fingerprint, &request.page_token)?;
        let view = self.views.reading(&request.consistency).await?;
        let combined = self.federation.combined(view).await?;
        let view = Arc::clone(combined.view());
        let position = view.position();
        let (mut items, limit, total) = self
            .tasks
            .blocking(move || {
                let is_requested = |organisation: &&Arc<Organisation>| {
                    (request.kinds.is_empty() || request.kinds.contains(&organisation.kind))
                        && (request.statuses.is_empty() || request.statuses.contains(&organisation.status))
                };
                let after = page.as_ref().map(|page| &page.after);
                let following = view.organisations_after(after).filter(is_requested);
                let items: Vec<_> = following.take(most + 1).map(Arc::clone).collect();
                let limit = fitting(items.iter().map(|organisation| (request.size_of)(organisation)), most);
                (items, limit, view.organisations().filter(is_requested).count())
            })
            .await?;
        let next_page_token = self
            .tokens
            .next_page(&fingerprint, &mut items, limit, position, |last| last.id.clone());
        let sources = combined.sources(items.iter().map(|organisation| &organisation.id));
        Ok(Listing {
            items,
            next_page_token,
            total,
            position,
            sources,
            unlisted_registers: self.federation.without_copy(combined.copies()),
        })
    }
}
