//! Finds the binaries under test.

use std::path::PathBuf;

/// Returns the path of a binary of this workspace: in `MWR_BIN_DIR`, else in the target folder of the running test.
///
/// Cargo does not build another package's binaries for a test, so `make test` does that first.
pub fn binary(name: &str) -> PathBuf {
    let folder = std::env::var_os("MWR_BIN_DIR").map_or_else(beside_this_one, PathBuf::from);
    let path = folder.join(name);
    assert!(
        path.is_file(),
        "{} is not there: run `make test`, or `cargo build --workspace --bins` first",
        path.display()
    );
    path
}

fn beside_this_one() -> PathBuf {
    let own = std::env::current_exe().expect("a running program knows its path");
    let folder = own.parent().expect("a program is in a folder");
    let folder = if folder.ends_with("deps") {
        folder.parent().expect("Cargo's deps folder is in another folder")
    } else {
        folder
    };
    folder.to_owned()
}
