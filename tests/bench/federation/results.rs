//! The measurements of several registers, as one record for the report.

use hdrhistogram::Histogram;

use super::asking::Load;
use super::black_hole::Hole;
use super::replication::{CaughtUp, Copied, Followed};
use super::wire::{Idle, Traffic};
use crate::memory::Memory;

/// The results of one way to get answers of all registers.
#[derive(Debug)]
pub(super) struct ModeResults {
    /// Many questions at once.
    pub(super) loaded: Load,
    /// One question after the other.
    pub(super) alone: Load,
    /// Memory of the asking register after that.
    pub(super) memory: Option<Memory>,
}

/// All results, in the order of measurement.
#[derive(Debug)]
pub(super) struct Results {
    pub(super) union: ModeResults,
    pub(super) query: ModeResults,
    pub(super) traffic: Traffic,
    pub(super) query_idle: Idle,
    pub(super) hole: Option<Hole>,
    pub(super) copied: Copied,
    pub(super) replicate: ModeResults,
    pub(super) replicate_idle: Idle,
    pub(super) followed: Followed,
    pub(super) lag: Histogram<u64>,
    pub(super) caught_up: CaughtUp,
}
