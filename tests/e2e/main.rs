//! The stories: real binaries, real mutual TLS, real files. Each has a file. All are one test binary, which links once.
//!
//! Each story starts a node of its own and reads like the events it describes. `make test` builds the binaries first.

// Tests fail by panicking, at the line that failed.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod admin;
mod backup;
mod bad_messages;
mod bad_places;
mod bad_searches;
mod bad_snapshots;
mod certificates;
mod cli;
mod client_library;
mod configuration;
mod crash;
mod delta;
mod demo;
mod federation;
mod health;
mod large_messages;
mod large_snapshot;
mod limits;
mod limits_hostile;
mod load_generator;
mod passing_time;
mod presence;
mod privacy;
mod publish_find_resolve;
mod reload;
mod reports;
mod resolve;
mod shutdown;
mod snapshot;
mod synonyms;
mod telemetry;
mod uploads;
mod verification;
mod visibility;
mod watch;
