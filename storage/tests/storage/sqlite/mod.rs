//! The conformance tests for SQLite, and tests specific to it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

mod crash;
mod damage;
mod erasure;
mod faults;
mod flips;

conforms!(crate::fixture::SqliteFixture);

/// The environment variable with the folder of a process that a test started from this binary.
const RERUN: &str = "STORAGE_TEST_FOLDER";

/// A command that runs only the test `name` of this module, in `folder`.
fn rerun(name: impl AsRef<str>, folder: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    let name = format!("sqlite::{}", name.as_ref());
    command
        .args(["--exact", &name, "--nocapture"].map(OsStr::new))
        .env(RERUN, folder);
    command
}

/// The folder of this process, if a test started it.
#[allow(
    clippy::disallowed_methods,
    reason = "a test binary has no other way to tell itself something"
)]
fn rerun_folder() -> Option<PathBuf> {
    std::env::var(RERUN).ok().map(PathBuf::from)
}
