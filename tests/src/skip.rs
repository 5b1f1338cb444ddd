//! Reports tests that this machine cannot run.

use std::io::Write as _;

/// Reports that `test` cannot run here, for `reason`: on standard error, and in the file named by `SKIPPED_TESTS`, which
/// `make test` prints at its end.
///
/// # Panics
///
/// Panics where `CI` is set: there every test must run.
pub fn skip(test: &str, reason: &str) {
    assert!(
        std::env::var_os("CI").is_none(),
        "{test} cannot run here, and must run in CI: {reason}"
    );
    eprintln!("SKIPPED: {test}: {reason}");
    if let Some(path) = std::env::var_os("SKIPPED_TESTS") {
        let file = std::fs::OpenOptions::new().append(true).create(true).open(path);
        // One write, so that the lines of tests that run at the same time do not mix.
        let line = format!("{test}: {reason}\n");
        file.and_then(|mut file| file.write_all(line.as_bytes()))
            .expect("the file named by SKIPPED_TESTS can be written");
    }
}
