//! The use cases on a whole directory: fresh storage, real index, a clock that stands still.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod admin;
mod grpc;
mod index;
mod names;
mod publish;
mod read;
mod rights;
mod search;
mod watch;
mod watch_history;
mod world;
