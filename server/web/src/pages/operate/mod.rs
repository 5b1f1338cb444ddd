//! The pages of an operator: the node, the worklist, organisations with their grants, and the peers.

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
