//! A clock that is off, for what happens only after days and for clocks that are wrong: Debian's libfaketime around the real
//! binary.
//!
//! The node has one clock and takes it from the operating system; this moves what the system answers, so the product needs
//! no door for its tests. Only the time of day is moved: timers go on as they are, and files keep their times.

use std::path::PathBuf;

use jiff::SignedDuration;
use tokio::process::Command;

/// What Debian's package puts below `/usr/lib`, in the folder of the machine's kind.
const LIBRARY: &str = "faketime/libfaketimeMT.so.1";

/// Moves the clock of `command` ahead, or back when `by` is negative.
///
/// The library goes in directly and not by the program `faketime`: that one runs the command as a child of its own, and
/// then a signal does not reach it.
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
