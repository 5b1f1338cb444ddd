//! A small register from the generator, from which seeds are made.

use std::sync::LazyLock;

use generator::RegisterGenerator;
use jiff::civil::date;
use proto::v1;
use register::position::{Epoch, Position, Revision};

/// The generator of all samples.
pub(crate) static GENERATOR: LazyLock<RegisterGenerator> = LazyLock::new(|| RegisterGenerator::new(2026, date(2026, 11, 22)));

/// The first officers, as messages.
pub(crate) fn officers(count: usize) -> Vec<v1::Officer> {
    GENERATOR.officers(count).map(|officer| v1::Officer::from(&officer)).collect()
}

/// The first organisations, as messages.
pub(crate) fn organisations(count: usize) -> Vec<v1::Organisation> {
    GENERATOR
        .organisations()
        .iter()
        .take(count)
        .map(v1::Organisation::from)
        .collect()
}

/// A position of the epoch of all samples.
pub(crate) fn position(revision: u64) -> Position {
    Position::new(Epoch::from_uuid(uuid::Uuid::from_u128(1)), Revision(revision))
}
