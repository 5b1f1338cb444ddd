//! Version 1 of the contract. Changes to it are additive.

#![allow(missing_docs, clippy::all, clippy::pedantic, unreachable_pub)]

tonic::include_proto!("maatwerkregister.v1");
