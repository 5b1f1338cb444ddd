//! Reads one organisation.

use std::sync::Arc;

use register::identifier::OrganisationId;
use register::organisation::Organisation;
use server_core::error::Error;
use server_core::identity::Caller;
use server_core::views::Consistency;

use super::refusal::organisation_not_found;
use super::{Directory, Positioned};

impl Directory {
    /// Returns the organisation `id` in any status.
    pub async fn get_organisation(
        &self,
        caller: &Caller,
        id: &OrganisationId,
        consistency: &Consistency,
    ) -> Result<Positioned<Arc<Organisation>>, Error> {
        self.may_look_up(&self.views.current(), caller)?;
        let view = self.views.reading(consistency).await?;
        let combined = self.federation.combined(view).await?;
        let view = combined.view();
        let Some(organisation) = view.organisation(id) else {
            return Err(organisation_not_found(id));
        };
        Ok(Positioned {
            value: Arc::clone(organisation),
            position: view.position(),
            sources: combined.sources([id]),
        })
    }
}
