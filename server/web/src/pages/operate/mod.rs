//! An operator's pages: how the node is, what needs a look, organisations with their grants, and the other registers.

pub(crate) mod connect;
mod grant_form;
pub(crate) mod grants;
mod history;
mod organisation_form;
mod organisation_page;
pub(crate) mod organisations;
pub(crate) mod overview;
pub(crate) mod peers;
mod worklist;
