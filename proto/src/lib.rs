//! The contract of the Maatwerkregister: code generated from `maatwerkregister/v1/*.proto`, and its conversion to and from
//! the domain types.
//!
//! What each message and call means stands in the `.proto` files, and in the generated documentation. Messages become
//! *drafts* ([`register::draft`]) on the way in, which the domain checks; domain types become messages on the way out.

pub mod convert;
pub mod digest;

/// Version 1 of the contract. Changes to it are additive.
pub mod v1 {
    #![allow(missing_docs, clippy::all, clippy::pedantic, unreachable_pub)]
    tonic::include_proto!("maatwerkregister.v1");
}

/// What is not proven yet, and may change.
pub mod v1alpha {
    #![allow(missing_docs, clippy::all, clippy::pedantic, unreachable_pub)]
    tonic::include_proto!("maatwerkregister.v1alpha");
}

/// The encoded `FileDescriptorSet` of the contract, for server reflection.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
