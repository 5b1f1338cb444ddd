//! Tests the use cases on a whole directory, with a new store, a real index and a fixed clock.

#![allow(clippy::unwrap_used, reason = "helpers of tests may unwrap as tests do")]

mod admin;
mod apply_changes;
mod grpc;
mod index;
mod names;
mod overlays;
mod read;
mod rights;
mod search;
mod sync_officers;
mod watch;
mod watch_history;
mod world;
mod writes;
