//! What every layer of the node is built on.
//!
//! Errors with their reasons, the identity of a caller and what it may do, the life of tasks, the configuration, TLS, the data
//! folder, and the views that reads are answered from. Nothing here knows a use case, a peer or a protocol: those crates
//! depend on this one, never the other way round.

pub mod accept;
pub mod authorisation;
pub mod config;
pub mod data;
pub mod error;
pub mod identity;
pub mod lifecycle;
pub mod rate;
pub mod tls;
pub mod views;
