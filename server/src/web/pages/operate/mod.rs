//! An operator's pages: how the node is, what needs a look, and organisations with their grants.

pub(in crate::web) mod connect;
pub(in crate::web) mod grants;
mod history;
pub(in crate::web) mod organisations;
pub(in crate::web) mod overview;
