//! Bounds the memory of snapshots that are arriving: of one stream, of all streams of one OIN, and of the node.

use std::time::Duration;

use metrics::{Gauge, gauge};
use register::draft::OfficerDraft;
use register::oin::Oin;
use server_core::budget::{BudgetExceeded, Reservation};
use server_core::error::{Error, Reason};
use server_core::identity::Caller;

use super::Directory;

/// When to try again while other uploads hold the memory.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// The memory that the entries of one snapshot hold, from their arrival until the write is over. Given back on drop.
#[derive(Debug)]
pub struct Upload {
    reservation: Reservation<Oin>,
    /// The bytes of all uploads.
    held: Gauge,
}

impl Directory {
    /// Begins an upload of the caller.
    pub fn begin_upload(&self, caller: &Caller) -> Upload {
        Upload {
            reservation: self.uploads.open(caller.acting.oin().clone()),
            held: gauge!("mwr_upload_bytes"),
        }
    }
}

impl Upload {
    /// Takes an entry that arrived in a message of `sent` bytes: shortens what no entry may hold, and reserves memory for the
    /// rest.
    pub fn take(&mut self, mut officer: OfficerDraft, sent: usize) -> Result<OfficerDraft, Error> {
        officer.clip();
        let bytes = officer.footprint().max(sent);
        self.reservation.grow(bytes).map_err(refusal)?;
        self.held.increment(gauge_value(bytes));
        Ok(officer)
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        self.held.decrement(gauge_value(self.reservation.bytes()));
    }
}

// A gauge is a float, which represents numbers of bytes of this size exactly.
#[allow(clippy::cast_precision_loss)]
fn gauge_value(bytes: usize) -> f64 {
    bytes as f64
}

fn refusal(exceeded: BudgetExceeded) -> Error {
    match exceeded {
        BudgetExceeded::Each(limit) => Error::new(
            Reason::SnapshotTooLarge,
            format!("the entries of the snapshot are larger than the limit of {limit} bytes; nothing was applied"),
        )
        .with("limit", limit),
        BudgetExceeded::Holder(limit) => Error::new(
            Reason::UploadsFull,
            format!("the snapshots that your OIN is sending are larger than the limit of {limit} bytes; send them one by one"),
        )
        .with("limit", limit)
        .retry_after(RETRY_AFTER),
        BudgetExceeded::Total(limit) => Error::new(
            Reason::UploadsFull,
            format!("the snapshots that the node is receiving are larger than the limit of {limit} bytes; send yours later"),
        )
        .with("limit", limit)
        .retry_after(RETRY_AFTER),
    }
}
