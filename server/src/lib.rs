//! The node of the Maatwerkregister.

pub mod app;
pub mod authorisation;
pub mod cli;
pub mod config;
pub mod demo;
pub mod directory;
pub mod error;
pub mod federation;
pub mod grpc;
pub mod identity;
pub mod lifecycle;
pub mod operation;
mod rate;
pub mod store;
pub mod telemetry;
pub mod tls;
pub mod views;
pub mod web;
