//! The harness of the end-to-end tests and of the load generator.
//!
//! Everything is real: binaries, mutual TLS, files. [`node::Node`] starts a node in a folder of its own with certificates made
//! for this run ([`pki`]), waits for its ready file and fills it with a small world ([`world`]). [`caller::Caller`] calls it in
//! one of the roles, [`raw`] sends what no client would send, [`hostile`] does harm with it, and [`mwr::Mwr`] runs the command
//! line. Tests wait with [`eventually::eventually`] only.
//!
//! To add a story: a file in `e2e/`, a line in `e2e/main.rs`, `Node::start().await`, and then text that reads like the story.
//! The binaries come from the folder in `MWR_BIN_DIR`, or from the target folder of the test. `make test` builds them first.

// A harness fails by panicking, at the line of the story that failed.
#![allow(clippy::expect_used, clippy::missing_panics_doc)]

pub mod binaries;
pub mod caller;
pub mod dates;
pub mod demo;
pub mod eventually;
pub mod files;
pub mod generated;
pub mod hostile;
pub mod lying_peer;
pub mod moved_clock;
pub mod mwr;
pub mod node;
pub mod older_peer;
pub mod pki;
pub mod plain;
pub mod process;
pub mod proxy;
pub mod raw;
pub mod refusal;
pub mod registers;
pub mod skip;
pub mod snapshot;
pub mod stand_in;
pub mod watch;
pub mod wire;
pub mod world;
