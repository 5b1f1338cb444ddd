//! An operator's pages: how the node is, what needs a look, organisations with their grants, and the other registers.

pub(crate) mod connect;
pub(crate) mod grants;
mod history;
mod organisation_form;
pub(crate) mod organisations;
pub(crate) mod overview;
pub(crate) mod peers;
mod worklist;
