//! The pages on a whole directory, in process: what a browser would send, and what it would be shown.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod asking;
mod browser;
mod operating;
mod publishing;
#[allow(dead_code, reason = "shared with the tests of use cases, which need more of it")]
#[path = "../directory/world.rs"]
mod world;
