//! The part of the contract that may still change.

#![allow(missing_docs, clippy::all, clippy::pedantic, unreachable_pub)]

tonic::include_proto!("maatwerkregister.v1alpha");
