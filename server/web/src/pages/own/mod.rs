//! The pages of a publisher, who adds, changes, confirms and withdraws the organisation's own officers.

pub(crate) mod absence;
mod difference;
pub(crate) mod edit;
mod form;
mod groups;
pub(crate) mod list;
mod new_id;
pub(crate) mod reports;
pub(crate) mod verify;
pub(crate) mod withdraw;

use std::sync::Arc;

use directory::ListOfficers;
use register::entry::Entry;
use register::identifier::{OfficerId, OfficerName};
use server_core::error::Reason;
use server_core::views::Consistency;

use crate::error::PageError;
use crate::session::Visitor;
use crate::state::Web;

/// The organisation's own officer with this id.
async fn own_entry(web: &Web, visitor: &Visitor, id: &str) -> Result<Arc<Entry>, PageError> {
    let id = OfficerId::parse(id).map_err(|_| PageError::of(Reason::OfficerNotFound))?;
    let name = OfficerName::new(visitor.organisation().clone(), id);
    Ok(web
        .directory()
        .get_officer(visitor.caller(), &name, &Consistency::any())
        .await?
        .value)
}

/// All of the organisation's own officers, in order of id.
async fn own_entries(web: &Web, visitor: &Visitor) -> Result<Vec<Arc<Entry>>, PageError> {
    let mut entries = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = ListOfficers {
            organisation: Some(visitor.organisation().clone()),
            page_size: 500,
            page_token,
            consistency: Consistency::any(),
            size_of: |_| 0,
        };
        let listing = web.directory().list_officers(visitor.caller(), request).await?;
        entries.extend(listing.items);
        page_token = listing.next_page_token;
        if page_token.is_empty() {
            return Ok(entries);
        }
    }
}

/// The organisation's officers without `but`, by id and title.
fn others(entries: &[Arc<Entry>], but: Option<&OfficerId>) -> Vec<(String, String)> {
    let others = entries.iter().filter(|entry| Some(&entry.officer.id) != but);
    others
        .map(|entry| (entry.officer.id.to_string(), entry.officer.function_title.clone()))
        .collect()
}
