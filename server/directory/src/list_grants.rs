//! Lists grants in order of OIN and organisation, page by page.

use std::sync::Arc;

use register::grant::Grant;
use register::identifier::OrganisationId;
use register::oin::Oin;
use server_core::error::Error;
use server_core::identity::Caller;

use super::limits::page_size;
use super::{Directory, Listing, OrganisationSources, Page};

/// A request for a page of grants.
#[derive(Clone, Debug)]
pub struct ListGrants {
    /// Only the grants for this organisation; `None` for all.
    pub organisation: Option<OrganisationId>,
    /// Grants per page: 0 means 100, at most 1,000.
    pub page_size: i32,
    /// The page token of a previous response to the same request; empty for the first page.
    pub page_token: String,
}

impl Directory {
    /// Returns a page of grants, including those that have ended.
    pub async fn list_grants(&self, caller: &Caller, request: ListGrants) -> Result<Listing<Arc<Grant>>, Error> {
        let view = self.views.current();
        self.may_operate(&view, caller)?;
        let limit = page_size(request.page_size, 100, 1_000)?;
        let fingerprint = self.tokens.fingerprint("ListGrants", &request.organisation);
        let page: Option<Page<(Oin, OrganisationId)>> = self.tokens.open(&fingerprint, &request.page_token)?;
        let position = view.position();
        let (mut items, total) = self
            .tasks
            .blocking(move || {
                let is_requested = |grant: &&Arc<Grant>| request.organisation.as_ref().is_none_or(|id| grant.organisation == *id);
                let is_after = |grant: &&Arc<Grant>| {
                    let key = (&grant.oin, &grant.organisation);
                    page.as_ref().is_none_or(|page| (&page.after.0, &page.after.1) < key)
                };
                let following = view.grants().filter(is_requested).filter(is_after);
                let items: Vec<_> = following.take(limit + 1).map(Arc::clone).collect();
                (items, view.grants().filter(is_requested).count())
            })
            .await?;
        let next_page_token = self.tokens.next_page(&fingerprint, &mut items, limit, position, |last| {
            (last.oin.clone(), last.organisation.clone())
        });
        Ok(Listing {
            items,
            next_page_token,
            total,
            position,
            sources: OrganisationSources::default(),
            unlisted_registers: Vec::new(),
        })
    }
}
