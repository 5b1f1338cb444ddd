//! Assembles the node of the Maatwerkregister from its crates, behind the command line.

pub mod app;
pub mod cli;
pub mod operation;
pub mod telemetry;
