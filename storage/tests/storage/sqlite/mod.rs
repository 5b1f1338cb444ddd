//! SQLite: it conforms, and what is particular to it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

mod crash;
mod damage;
mod erasure;
mod faults;

conforms!(crate::fixture::SqliteFixture);

/// Set in a process that a test started out of this binary: the folder that it works in.
const RERUN: &str = "STORAGE_TEST_FOLDER";

/// This binary again, to run only the test `name` of this module, in `folder`.
fn rerun(name: impl AsRef<str>, folder: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    let name = format!("sqlite::{}", name.as_ref());
    command
        .args(["--exact", &name, "--nocapture"].map(OsStr::new))
        .env(RERUN, folder);
    command
}

/// The folder to work in, in a process that a test started.
#[allow(
    clippy::disallowed_methods,
    reason = "a test binary has no other way to tell itself something"
)]
fn rerun_folder() -> Option<PathBuf> {
    std::env::var(RERUN).ok().map(PathBuf::from)
}
