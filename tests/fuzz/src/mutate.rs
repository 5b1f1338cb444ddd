//! Deterministic mutations: what a short run without coverage needs.

use rand::Rng as _;
use rand::seq::IndexedRandom as _;
use rand_chacha::ChaCha8Rng;

/// Values at which lengths, counts and dates break.
const EDGES: [u8; 8] = [0x00, 0x01, 0x7f, 0x80, 0xff, b'"', b'\n', b'/'];

/// The longest mutation, in bytes.
const MAX_LENGTH: usize = 1 << 16;

/// Changes `input` in one to eight places; `other` is an input from which parts are taken.
pub fn mutate(input: &[u8], other: &[u8], random: &mut ChaCha8Rng) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for _ in 0..random.random_range(1..=8) {
        change(&mut bytes, other, random);
    }
    bytes.truncate(MAX_LENGTH);
    bytes
}

fn change(bytes: &mut Vec<u8>, other: &[u8], random: &mut ChaCha8Rng) {
    let place = random.random_range(0..=bytes.len());
    let end = (place + random.random_range(1..=16)).min(bytes.len());
    match random.random_range(0..7) {
        0 if place < bytes.len() => bytes[place] ^= 1 << random.random_range(0..8),
        1 if place < bytes.len() => bytes[place] = *EDGES.choose(random).expect("it is not empty"),
        2 => {
            bytes.drain(place..end);
        }
        3 => {
            let part = bytes[place..end].to_vec();
            bytes.splice(place..place, part);
        }
        4 if !other.is_empty() => {
            let from = random.random_range(0..other.len());
            let until = (from + random.random_range(1..=64)).min(other.len());
            bytes.splice(place..place, other[from..until].iter().copied());
        }
        5 => bytes.truncate(place),
        _ => bytes.insert(place, random.random()),
    }
}
