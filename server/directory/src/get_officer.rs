//! Reads one entry.

use std::sync::Arc;

use register::entry::Entry;
use register::identifier::OfficerName;
use server_core::error::Error;
use server_core::identity::Caller;
use server_core::views::Consistency;

use super::refusal::officer_not_found;
use super::{Directory, Positioned};

impl Directory {
    /// Returns the entry `name` as it is shown today. The error for a withdrawn officer names the successor, if there is one.
    pub async fn get_officer(
        &self,
        caller: &Caller,
        name: &OfficerName,
        consistency: &Consistency,
    ) -> Result<Positioned<Arc<Entry>>, Error> {
        self.may_look_up(&self.views.current(), caller)?;
        let view = self.views.reading(consistency).await?;
        let combined = self.federation.combined(view).await?;
        let view = combined.view();
        match view.shown(name, self.clock.today()) {
            Some(entry) => Ok(Positioned {
                value: entry,
                position: view.position(),
                sources: combined.sources([&name.organisation]),
            }),
            None => Err(self.missing_officer(name).await?),
        }
    }

    /// Returns the error for a name that the register does not hold, with its successor if it was withdrawn.
    pub(super) async fn missing_officer(&self, name: &OfficerName) -> Result<Error, Error> {
        let withdrawals = self.storage.snapshot().await?.tombstones(Some(name)).await?;
        let error = officer_not_found(name);
        // An officer may have been withdrawn more than once; use the newest withdrawal.
        Ok(
            match withdrawals.into_iter().last().and_then(|withdrawal| withdrawal.replaced_by) {
                Some(successor) => error.with("replaced_by", successor),
                None => error,
            },
        )
    }
}
