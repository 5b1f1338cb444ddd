//! What the tools that measure share.

pub(crate) mod register_files;
pub(crate) mod setup;
