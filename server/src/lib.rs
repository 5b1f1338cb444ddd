//! The node of the Maatwerkregister.

pub mod config;
pub mod demo;
pub mod error;
pub mod grpc;
pub mod identity;
pub mod lifecycle;
