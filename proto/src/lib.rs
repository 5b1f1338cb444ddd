//! The contract of the Maatwerkregister: code generated from `maatwerkregister/v1/*.proto`, and its conversion to and from
//! the domain types.
//!
//! What each message and call means stands in the `.proto` files, and in the generated documentation. Messages become
//! *drafts* ([`register::draft`]) on the way in, which the domain checks; domain types become messages on the way out.

pub mod convert;
pub mod digest;
pub mod v1;
pub mod v1alpha;

/// The encoded `FileDescriptorSet` of the contract, for server reflection.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
