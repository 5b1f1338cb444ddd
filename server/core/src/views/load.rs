//! Loads the routing view from storage page by page, so that no query grows with the register.

use std::sync::Arc;

use register::identifier::{OfficerName, OrganisationId};
use register::view::View;
use storage::Snapshot;

use crate::error::Error;
use crate::lifecycle::Tasks;

/// Rows read at a time.
const PAGE: usize = 2_000;

/// Loads the view at the snapshot's position.
pub(super) async fn view(snapshot: &mut dyn Snapshot, tasks: &Tasks) -> Result<Arc<View>, Error> {
    let position = snapshot.identity().await?.position;
    let grants = snapshot.grants().await?;
    let peers = snapshot.peers().await?;

    let mut organisations = Vec::new();
    loop {
        let after: Option<OrganisationId> = organisations
            .last()
            .map(|last: &register::organisation::Organisation| last.id.clone());
        let mut page = snapshot.organisations(after.as_ref(), PAGE).await?;
        let is_last = page.len() < PAGE;
        organisations.append(&mut page);
        if is_last {
            break;
        }
    }

    let mut entries = Vec::new();
    loop {
        let after: Option<OfficerName> = entries.last().map(register::entry::Entry::officer_name);
        let mut page = snapshot.entries(None, after.as_ref(), PAGE).await?;
        let is_last = page.len() < PAGE;
        entries.append(&mut page);
        if is_last {
            break;
        }
    }
    tasks
        .blocking(move || Arc::new(View::load(position, organisations, grants, entries).with_peers(peers)))
        .await
}
