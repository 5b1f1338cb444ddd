//! The short run of all fuzz targets: their seeds, the kept inputs, and mutations of both.

use fuzz::mutate::mutate;
use fuzz::{TARGETS, corpus};
use rand::SeedableRng as _;
use rand::seq::IndexedRandom as _;
use rand_chacha::ChaCha8Rng;

/// Mutations of each target. `make fuzz` is the long run.
const MUTATIONS: usize = 3_000;

fn inputs(name: &str, seeds: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    let mut inputs = seeds;
    let kept = std::fs::read_dir(corpus(name)).map(|entries| {
        let mut files: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        files.sort();
        files
    });
    for file in kept.unwrap_or_default() {
        inputs.push(std::fs::read(&file).expect("a kept input can be read"));
    }
    inputs
}

fn run(name: &str) {
    let target = TARGETS.iter().find(|target| target.name == name).expect("the target exists");
    let inputs = inputs(name, (target.seeds)());
    inputs.iter().for_each(|input| (target.run)(input));
    let mut random = ChaCha8Rng::seed_from_u64(2026);
    for _ in 0..MUTATIONS {
        let (Some(input), Some(other)) = (inputs.choose(&mut random), inputs.choose(&mut random)) else {
            panic!("a target has seeds");
        };
        let mutated = mutate(input, other, &mut random);
        let shown = mutated.escape_ascii().to_string();
        let outcome = std::panic::catch_unwind(|| (target.run)(&mutated));
        assert!(outcome.is_ok(), "{name} fails for b\"{shown}\"");
    }
}

macro_rules! targets {
    ($($name:ident),*) => {
        $(#[test] fn $name() { run(stringify!($name)); })*

        #[test]
        fn every_target_has_a_short_run() {
            assert_eq!(TARGETS.iter().map(|target| target.name).collect::<Vec<_>>(), [$(stringify!($name)),*]);
        }
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
