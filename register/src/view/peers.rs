//! Peers in the view, and the data that other registers contribute to it.

use std::sync::Arc;

use super::{View, ViewChanges};
use crate::identifier::{OrganisationId, RegisterId};
use crate::peer::Peer;
use crate::position::Position;

impl View {
    /// Adds the peers from storage.
    #[must_use]
    pub fn with_peers(mut self, peers: impl IntoIterator<Item = Peer>) -> Self {
        for peer in peers {
            self.put_peer(Arc::new(peer));
        }
        self
    }

    /// All peers, in order of register id.
    pub fn peers(&self) -> impl Iterator<Item = &Arc<Peer>> {
        self.peers.values()
    }

    /// The peer with this register id.
    pub fn peer(&self, register: &RegisterId) -> Option<&Arc<Peer>> {
        self.peers.get(register)
    }

    /// Applies the changes of another view, for example of a peer's replica. The position stays that of this register.
    pub fn absorb(&mut self, changes: &ViewChanges) {
        for organisation in &changes.organisations {
            self.put_organisation(Arc::clone(organisation));
        }
        for name in &changes.withdrawn {
            self.remove_entry(name);
        }
        for entry in &changes.entries {
            self.put_entry(Arc::clone(entry));
        }
    }

    /// Adds everything that another view holds.
    pub fn absorb_all(&mut self, other: &View) {
        for organisation in other.organisations() {
            self.put_organisation(Arc::clone(organisation));
        }
        for entry in other.entries() {
            self.put_entry(Arc::clone(entry));
        }
    }

    /// Removes the officers of an organisation for which another register is authoritative.
    pub fn forget_officers_of(&mut self, organisation: &OrganisationId) {
        let names: Vec<_> = self.entries_of(organisation).map(|entry| entry.officer_name()).collect();
        for name in &names {
            self.remove_entry(name);
        }
    }

    /// Moves the view to another position with the same content.
    #[must_use]
    pub fn moved_to(mut self, position: Position) -> Self {
        self.position = position;
        self
    }

    /// Replaces position, grants and peers by those of `own`; organisations and officers stay.
    #[must_use]
    pub fn at(mut self, own: &View) -> Self {
        self.position = own.position;
        self.grants = own.grants.clone();
        self.grants_of = own.grants_of.clone();
        self.grants_for = own.grants_for.clone();
        self.peers = own.peers.clone();
        self
    }

    /// Removes an organisation and its officers. A register never removes its own organisations.
    pub fn forget_organisation(&mut self, id: &OrganisationId) {
        self.forget_officers_of(id);
        self.remove_organisation(id);
    }

    pub(super) fn put_peer(&mut self, peer: Arc<Peer>) {
        self.peers.insert(peer.register.clone(), peer);
    }

    pub(super) fn remove_peer(&mut self, register: &RegisterId) {
        self.peers.remove(register);
    }
}
