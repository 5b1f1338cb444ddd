//! Moves the clock of a real binary with Debian's libfaketime: for what happens only after days, and for wrong clocks.
//!
//! A node reads the operating system's clock. The library changes what the system returns, so the product needs no setting for
//! tests. Only the time of day changes: timers and the times of files stay real.

use std::path::PathBuf;

use jiff::SignedDuration;
use tokio::process::Command;

/// The library's path in the folder of the architecture below `/usr/lib`.
const LIBRARY: &str = "faketime/libfaketimeMT.so.1";

/// Moves the clock of `command` ahead, or back when `by` is negative.
///
/// Preloads the library itself. The program `faketime` would run the command as its child, where a signal does not reach it.
pub fn by(command: &mut Command, by: SignedDuration) {
    command
        .env("LD_PRELOAD", library())
        .env("FAKETIME", format!("{:+}", by.as_secs()))
        .env("DONT_FAKE_MONOTONIC", "1")
        .env("NO_FAKE_STAT", "1");
}

fn library() -> PathBuf {
    let kinds = std::fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    let found = kinds.map(|kind| kind.path().join(LIBRARY)).find(|path| path.is_file());
    found.expect("libfaketime is installed: run `make test`, or `apt-get install faketime` first")
}
