//! Peers in the view: which registers this one exchanges with, by its own log, and what other registers add to it.

use std::sync::Arc;

use super::{View, ViewChanges};
use crate::identifier::{OrganisationId, RegisterId};
use crate::peer::Peer;
use crate::position::Position;

impl View {
    /// The same with these peers, as storage has them.
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

    /// The peer of this register id.
    pub fn peer(&self, register: &RegisterId) -> Option<&Arc<Peer>> {
        self.peers.get(register)
    }

    /// Takes over what changed in another view, from the copy of a peer's register for example. The position stays: it is
    /// this register's own.
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

    /// Takes over everything that another view holds.
    pub fn absorb_all(&mut self, other: &View) {
        for organisation in other.organisations() {
            self.put_organisation(Arc::clone(organisation));
        }
        for entry in other.entries() {
            self.put_entry(Arc::clone(entry));
        }
    }

    /// Forgets the officers of an organisation: another register speaks for it.
    pub fn forget_officers_of(&mut self, organisation: &OrganisationId) {
        let names: Vec<_> = self.entries_of(organisation).map(|entry| entry.officer_name()).collect();
        for name in &names {
            self.remove_entry(name);
        }
    }

    /// The same at another position, which a register has reached without changing what is in it.
    #[must_use]
    pub fn moved_to(mut self, position: Position) -> Self {
        self.position = position;
        self
    }

    /// The same organisations and officers with the position, grants and peers of `own`.
    #[must_use]
    pub fn at(mut self, own: &View) -> Self {
        self.position = own.position;
        self.grants = own.grants.clone();
        self.grants_of = own.grants_of.clone();
        self.grants_for = own.grants_for.clone();
        self.peers = own.peers.clone();
        self
    }

    /// Forgets an organisation and its officers. A register never does that with its own.
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
