//! An operator's pages: how the node is, what needs a look, organisations with their grants, and the other registers.

pub(in crate::web) mod connect;
pub(in crate::web) mod grants;
mod history;
mod organisation_form;
pub(in crate::web) mod organisations;
pub(in crate::web) mod overview;
pub(in crate::web) mod peers;
mod worklist;
