//! The contract of the Maatwerkregister: code generated from `maatwerkregister/v1/*.proto`, and conversion to and from domain
//! types.
//!
//! The `.proto` files document each message and call. Incoming messages become *drafts* ([`register::draft`]), which the domain
//! validates; domain types become outgoing messages.

pub mod convert;
pub mod digest;
pub mod v1;
pub mod v1alpha;

/// The encoded `FileDescriptorSet` of the contract, for server reflection.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
