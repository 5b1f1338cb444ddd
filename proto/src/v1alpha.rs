//! The part of the contract that is not proven yet, and may change.

#![allow(missing_docs, clippy::all, clippy::pedantic, unreachable_pub)]

tonic::include_proto!("maatwerkregister.v1alpha");
