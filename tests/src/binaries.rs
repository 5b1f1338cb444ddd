//! Where the binaries under test are.

use std::path::PathBuf;

/// The path of a binary of this workspace: in `MWR_BIN_DIR`, else beside the folder of the test that runs.
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
    let folder = own.parent().expect("a program lies in a folder");
    let folder = if folder.ends_with("deps") {
        folder.parent().expect("Cargo's deps folder lies in another")
    } else {
        folder
    };
    folder.to_owned()
}
