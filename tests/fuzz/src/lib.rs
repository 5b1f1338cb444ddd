//! Fuzz targets: everything that reads bytes of strangers.
//!
//! A target is a module with `run`, which panics when a promise is broken, and `seeds`, valid inputs to begin with. `make test`
//! runs each target on its seeds, on the inputs kept in `corpus/`, and on a fixed number of mutations of both. `make fuzz`
//! gives the targets to libFuzzer, which looks for inputs that reach new code.

use std::path::PathBuf;

pub mod certificates;
pub mod cookies;
pub mod files;
pub mod messages;
pub mod mutate;
pub mod page_tokens;
pub mod peers;
pub mod plans;
pub mod revocation_lists;
mod sample;
mod searched;

/// Something that reads bytes of strangers.
#[derive(Clone, Copy)]
pub struct Target {
    /// The name of its module, of its folder in `corpus/`, and after `fuzz_` of its binary.
    pub name: &'static str,
    /// Reads the bytes. Panics if a promise is broken.
    pub run: fn(&[u8]),
    /// Valid inputs.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

macro_rules! targets {
    ($($name:ident),* $(,)?) => {
        /// All targets.
        pub const TARGETS: &[Target] = &[$(Target { name: stringify!($name), run: $name::run, seeds: $name::seeds }),*];
    };
}

targets!(
    certificates,
    cookies,
    files,
    messages,
    page_tokens,
    peers,
    plans,
    revocation_lists
);

/// The folder with the kept inputs of a target.
pub fn corpus(target: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target)
}
