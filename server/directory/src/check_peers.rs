//! Tries peers now.

use std::time::Duration;

use federation::peers::PeerCheck;
use futures::future::join_all;
use register::identifier::RegisterId;
use server_core::error::Error;
use server_core::identity::Caller;

use super::Directory;
use super::remove_peer::no_such_peer;

/// What trying one peer may take.
const ALLOWED: Duration = Duration::from_secs(8);

impl Directory {
    /// Tries these peers, or all, beside each other.
    pub async fn check_peers(&self, caller: &Caller, registers: Vec<RegisterId>) -> Result<Vec<PeerCheck>, Error> {
        self.may_operate(&self.views.current(), caller)?;
        let peers = self.federation.peers();
        if let Some(unknown) = registers.iter().find(|register| !peers.contains_key(register)) {
            return Err(no_such_peer(unknown));
        }
        let wanted = peers
            .values()
            .filter(|peer| registers.is_empty() || registers.contains(peer.register()));
        Ok(join_all(wanted.map(|peer| peer.check(&self.language, ALLOWED))).await)
    }
}
