//! A full state as it arrives. Each part is checked and written to disk, so that memory holds one part at a time, and a peer that
//! never ends is stopped at its bounds.

use client::WatchedChange;
use register::entry::Entry;
use register::organisation::Organisation;
use server_core::error::Error;
use storage::ReplicaArrival;

use super::holdings::ReportedHoldings;
use super::step::check_sizes;
use crate::peers::Peer;
use crate::received::{BadAnswer, PeerReader};

/// The parts of a full state that have arrived.
pub(super) struct ArrivingState {
    store: Box<dyn ReplicaArrival>,
    holdings: ReportedHoldings,
    organisations: usize,
    entries: usize,
}

/// Why a full state was given up.
pub(super) enum ArrivalError {
    /// The peer broke the contract.
    Bad(BadAnswer),
    /// This node failed.
    Failed(Error),
}

impl From<BadAnswer> for ArrivalError {
    fn from(fault: BadAnswer) -> Self {
        Self::Bad(fault)
    }
}

impl ArrivingState {
    /// Begins without parts.
    pub(super) fn new(store: Box<dyn ReplicaArrival>) -> Self {
        Self {
            store,
            holdings: ReportedHoldings::default(),
            organisations: 0,
            entries: 0,
        }
    }

    /// Checks a part and adds it. `received` is the number of bytes of all parts.
    pub(super) async fn add(&mut self, changes: Vec<WatchedChange>, received: u64, peer: &Peer) -> Result<(), ArrivalError> {
        let bounds = peer.bounds();
        if received > bounds.copy_per_peer as u64 {
            return Err(BadAnswer::new("its full state is larger than `federation.copy_per_peer`").into());
        }
        let read = move |reader: &PeerReader| {
            reader.check_changes(&changes)?;
            split(changes)
        };
        let (organisations, entries) = peer.read(read).await?;
        self.organisations += organisations.len();
        self.entries += entries.len();
        check_sizes(self.organisations, self.entries, bounds)?;
        organisations
            .iter()
            .for_each(|organisation| self.holdings.record_organisation(organisation));
        match self.store.add(organisations, entries).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(BadAnswer::new("a full state has something more than once").into()),
            Err(error) => Err(ArrivalError::Failed(error.into())),
        }
    }

    /// Checks the counts that the peer gives at the end. Returns the store, and the organisations that the peer reported.
    pub(super) fn end(self, organisations: u32, entries: u32) -> Result<(Box<dyn ReplicaArrival>, ReportedHoldings), BadAnswer> {
        let (organisations, entries) = (usize::try_from(organisations), usize::try_from(entries));
        if organisations == Ok(self.organisations) && entries == Ok(self.entries) {
            Ok((self.store, self.holdings))
        } else {
            Err(BadAnswer::new("a full state has other counts than its end says"))
        }
    }
}

/// The organisations and entries of a part, which has no withdrawals.
fn split(changes: Vec<WatchedChange>) -> Result<(Vec<Organisation>, Vec<Entry>), BadAnswer> {
    let (mut organisations, mut entries) = (Vec::new(), Vec::new());
    for change in changes {
        match change {
            WatchedChange::Organisation(organisation) => organisations.push(*organisation),
            WatchedChange::Entry(entry) => entries.push(*entry),
            WatchedChange::Withdrawn { .. } => return Err(BadAnswer::new("a full state has a withdrawal")),
        }
    }
    Ok((organisations, entries))
}
