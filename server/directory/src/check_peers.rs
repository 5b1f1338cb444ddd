//! Checks whether peers can be reached.

use std::time::Duration;

use federation::peers::PeerCheck;
use futures::future::join_all;
use register::identifier::RegisterId;
use server_core::error::Error;
use server_core::identity::Caller;

use super::Directory;
use super::refusal::peer_not_found;

/// The time limit for one peer.
const TIME_LIMIT: Duration = Duration::from_secs(8);

impl Directory {
    /// Checks these peers, or all peers if the list is empty, concurrently.
    pub async fn check_peers(&self, caller: &Caller, registers: Vec<RegisterId>) -> Result<Vec<PeerCheck>, Error> {
        self.may_operate(&self.views.current(), caller)?;
        let peers = self.federation.peers();
        if let Some(unknown) = registers.iter().find(|register| !peers.contains_key(register)) {
            return Err(peer_not_found(unknown));
        }
        let selected = peers
            .values()
            .filter(|peer| registers.is_empty() || registers.contains(peer.register()));
        Ok(join_all(selected.map(|peer| peer.check(&self.language, TIME_LIMIT))).await)
    }
}
