//! The foundation of the node's layers.
//!
//! It holds errors and their reasons, the identity and authority of callers, the life cycle of tasks, the configuration, TLS,
//! the data folder, and the views that reads are answered from. It knows no use case, peer or protocol: the crates of those
//! depend on this one.

pub mod accept;
pub mod admission;
pub mod authorisation;
pub mod budget;
pub mod config;
pub mod data;
pub mod error;
pub mod first_request;
pub mod identity;
pub mod lifecycle;
pub mod rate;
pub mod repeated_warning;
pub mod tls;
pub mod views;
