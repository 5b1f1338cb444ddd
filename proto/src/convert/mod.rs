//! Conversion between messages and domain types, one file per aggregate.
//!
//! In a node: a message becomes a *draft* (`OfficerDraft::from(message)`), which never fails, because the domain names all
//! that is wrong with a draft at once; a domain type becomes a message (`v1::Entry::from(&entry)`), which never fails either.
//! In a client it is the other way round: a message becomes a domain type (`Entry::try_from(message)`), which fails only when
//! the node answered something that is no such thing, and a draft from a file becomes a message
//! (`v1::Officer::try_from(&draft)`), which fails on words that the contract has no value for.
//!
//! Enum values that a newer node added do not fail: they become the nearest thing that this version knows.

mod change;
mod entry;
mod error;
mod grant;
mod hours;
mod name;
mod officer;
mod organisation;
mod peer;
mod position;
mod presence;
mod route;
mod text;
mod time;
mod violation;
mod vocabulary;
mod wire_enum;

#[cfg(test)]
mod tests;

pub use change::changes_of;
pub use error::ConvertError;
pub use name::{officer_resource_name, organisation_resource_name, split_officer_name, split_organisation_name};
pub use time::{to_timestamp, to_wire_timestamp};
pub use wire_enum::WireEnum;
