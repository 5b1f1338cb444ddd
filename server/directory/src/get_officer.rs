//! One entry.

use std::sync::Arc;

use register::entry::Entry;
use register::identifier::OfficerName;
use server_core::error::Error;
use server_core::identity::Caller;
use server_core::views::Consistency;

use super::{At, Directory, officer_not_found};

impl Directory {
    /// The entry `name` as it is shown today. If it was withdrawn and something came in its place, the refusal names that.
    pub async fn get_officer(
        &self,
        caller: &Caller,
        name: &OfficerName,
        consistency: &Consistency,
    ) -> Result<At<Arc<Entry>>, Error> {
        self.may_look_up(&self.views.current(), caller)?;
        let view = self.views.reading(consistency).await?;
        let combined = self.federation.combined(view).await?;
        let view = combined.view();
        match view.shown(name, self.clock.today()) {
            Some(entry) => Ok(At {
                value: entry,
                position: view.position(),
                sources: combined.sources([&name.organisation]),
            }),
            None => Err(self.no_such_officer(name).await?),
        }
    }

    /// The refusal of a name that is not there.
    pub(super) async fn no_such_officer(&self, name: &OfficerName) -> Result<Error, Error> {
        let withdrawals = self.storage.snapshot().await?.tombstones(Some(name)).await?;
        let error = officer_not_found(name);
        // The newest counts: an officer may have come and gone before.
        Ok(
            match withdrawals.into_iter().last().and_then(|withdrawal| withdrawal.replaced_by) {
                Some(successor) => error.with("replaced_by", successor),
                None => error,
            },
        )
    }
}
