//! One organisation.

use std::sync::Arc;

use register::identifier::OrganisationId;
use register::organisation::Organisation;
use server_core::error::{Error, Reason};
use server_core::identity::Caller;
use server_core::views::Consistency;

use super::{At, Directory};

impl Directory {
    /// The organisation `id`, whatever its status.
    pub async fn get_organisation(
        &self,
        caller: &Caller,
        id: &OrganisationId,
        consistency: &Consistency,
    ) -> Result<At<Arc<Organisation>>, Error> {
        self.may_look_up(&self.views.current(), caller)?;
        let view = self.views.reading(consistency).await?;
        let combined = self.federation.combined(view).await?;
        let view = combined.view();
        let Some(organisation) = view.organisation(id) else {
            return Err(Error::not_found(
                Reason::OrganisationNotFound,
                "organisation",
                id.resource_name(),
            ));
        };
        Ok(At {
            value: Arc::clone(organisation),
            position: view.position(),
            sources: combined.sources([id]),
        })
    }
}
