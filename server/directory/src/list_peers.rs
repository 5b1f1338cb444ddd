//! Lists the peers of this register with their status.

use federation::peers::{self, CircuitState, PeerProblem, PeerSource};
use federation::replicate::RefusedOrganisation;
use jiff::Timestamp;
use register::peer::Peer;
use register::position::Position;
use server_core::error::Error;
use server_core::identity::Caller;

use super::Directory;

/// A peer with its status.
#[derive(Clone, Debug)]
pub struct PeerStatus {
    /// Its settings.
    pub settings: Peer,
    /// Where its settings come from.
    pub source: PeerSource,
    /// The state of its circuit breaker.
    pub circuit: CircuitState,
    /// The last failure, until the peer has recovered.
    pub problem: Option<PeerProblem>,
    /// The time of its last response.
    pub last_contact: Option<Timestamp>,
    /// Its position; for a replicated peer, the position of the replica.
    pub position: Option<Position>,
    /// When a replicated peer last confirmed the replica.
    pub fetched_at: Option<Timestamp>,
    /// The number of entries in the replica.
    pub entries: usize,
    /// The organisations that the replica refused.
    pub refused: Vec<RefusedOrganisation>,
}

impl PeerStatus {
    fn new(peer: &peers::Peer) -> Self {
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
    /// Returns all peers, in order of register id.
    pub async fn list_peers(&self, caller: &Caller) -> Result<Vec<PeerStatus>, Error> {
        self.may_operate(&self.views.current(), caller)?;
        Ok(self.federation.peers().values().map(|peer| PeerStatus::new(peer)).collect())
    }
}
