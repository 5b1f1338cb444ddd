//! The registers that this one exchanges with, and how each is.

use federation::peers::{self, CircuitState, PeerProblem, PeerSource};
use federation::replicate::RefusedOrganisation;
use jiff::Timestamp;
use register::peer::Peer;
use register::position::Position;
use server_core::error::Error;
use server_core::identity::Caller;

use super::Directory;

/// A peer and how it is.
#[derive(Clone, Debug)]
pub struct PeerStatus {
    /// What was said of it.
    pub settings: Peer,
    /// By whom.
    pub source: PeerSource,
    /// Whether it is asked.
    pub circuit: CircuitState,
    /// What went wrong last, until it is well again.
    pub problem: Option<PeerProblem>,
    /// When it last answered.
    pub last_contact: Option<Timestamp>,
    /// Where it stands or, of a copy, where the copy stands.
    pub position: Option<Position>,
    /// Of a copy: when the peer last confirmed it.
    pub fetched_at: Option<Timestamp>,
    /// Of a copy: its entries.
    pub entries: usize,
    /// What was not taken from it.
    pub refused: Vec<RefusedOrganisation>,
}

impl PeerStatus {
    pub(super) fn of(peer: &peers::Peer) -> Self {
        let copied = peer.copy();
        let described = peer.description().map(|described| described.position);
        let is_copied = peer.copy_keeper().is_some();
        Self {
            settings: peer.settings().clone(),
            source: peer.source(),
            circuit: peer.circuit(),
            problem: peer.problem(),
            last_contact: peer.last_contact(),
            position: match &copied {
                Some(copied) => Some(copied.view().position()),
                None => described.filter(|_| !is_copied),
            },
            fetched_at: copied.as_ref().map(|copied| copied.fetched_at()),
            entries: copied.as_ref().map_or(0, |copied| copied.view().counts().entries),
            refused: peer.copy_keeper().map(|keeper| keeper.refused()).unwrap_or_default(),
        }
    }
}

impl Directory {
    /// All peers, in order of register id.
    pub async fn list_peers(&self, caller: &Caller) -> Result<Vec<PeerStatus>, Error> {
        self.may_operate(&self.views.current(), caller)?;
        Ok(self.federation.peers().values().map(|peer| PeerStatus::of(peer)).collect())
    }
}
