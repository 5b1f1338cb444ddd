//! The pages in front of a whole directory, in process: requests as a browser sends them, and the pages that come back.

#![allow(clippy::unwrap_used, reason = "test helpers may panic")]

mod asking;
mod browser;
mod operating;
mod publishing;
#[allow(dead_code, reason = "shared with the tests of the use cases, which use more of it")]
#[path = "../directory/world.rs"]
mod world;
