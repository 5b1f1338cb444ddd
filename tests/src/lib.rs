//! The harness of the end-to-end tests and of the load generator.
//!
//! Real binaries, real mTLS, real files: [`node::Node`] starts a node in a folder of its own with certificates made for this
//! run ([`pki`]), waits for its ready file and fills it with a small world ([`world`]); [`caller::Caller`] speaks to it as one
//! of the roles, [`raw`] speaks to it as no decent client would, and [`mwr::Mwr`] runs the command line. Waiting is done by
//! [`eventually::eventually`] and nothing else.
//!
//! To add a story: a file in `e2e/`, a line in `e2e/main.rs`, `Node::start().await`, and then text that reads like the story.
//! The binaries come from the folder in `MWR_BIN_DIR`, or stand beside the test's own; `make test` builds them first.

// A harness fails by panicking, at the line of the story that was wrong.
#![allow(clippy::expect_used, clippy::missing_panics_doc)]

pub mod binaries;
pub mod caller;
pub mod demo;
pub mod eventually;
pub mod files;
pub mod generator;
pub mod moved_clock;
pub mod mwr;
pub mod node;
pub mod older;
pub mod pki;
pub mod plain;
pub mod process;
pub mod proxy;
pub mod raw;
pub mod refusal;
pub mod registers;
pub mod skip;
pub mod snapshot;
pub mod watch;
pub mod wire;
pub mod world;
