//! Conversion between messages and domain types, one file per aggregate.
//!
//! In a node, a message becomes a *draft* (`OfficerDraft::from(message)`), and a domain type becomes a message
//! (`v1::Entry::from(&entry)`). Neither fails: the domain reports all violations of a draft at once.
//!
//! In a client, a message becomes a domain type (`Entry::try_from(message)`), which fails if the node broke the contract. A
//! draft from a file becomes a message (`v1::Officer::try_from(&draft)`), which fails on words without an enum value.
//!
//! Enum values that a newer node added do not fail: they become the nearest value that this version knows.

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
