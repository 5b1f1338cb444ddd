//! The node of the Maatwerkregister, put together from its crates.

pub mod app;
pub mod cli;
pub mod operation;
pub mod telemetry;
