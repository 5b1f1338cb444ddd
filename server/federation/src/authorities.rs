//! Decides which register is authoritative for each organisation, from this register's view and its peers' claims.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use register::authority::{Authorities, Claim};
use register::identifier::{OrganisationId, RegisterId};
use register::view::View;

use super::peers::Peer;

/// The authorities if there were no peers.
pub(super) fn own_only(view: &View) -> Authorities {
    decide(view, &BTreeMap::new())
}

/// The authorities that follow from `view` and the claims of `peers`.
pub(super) fn decide(view: &View, peers: &BTreeMap<RegisterId, Arc<Peer>>) -> Authorities {
    let mut taken: BTreeSet<OrganisationId> = BTreeSet::new();
    let mut claims: BTreeMap<RegisterId, Claim> = BTreeMap::new();
    for (register, peer) in peers {
        // An operator may have named an organisation that the configuration names for another peer: the first peer counts.
        let named = peer.settings().organisations.iter().cloned();
        let named = named.filter(|organisation| taken.insert(organisation.clone())).collect();
        let held = peer.held();
        claims.insert(register.clone(), Claim { named, held });
    }
    let own = view
        .organisations()
        .map(|organisation| (&organisation.id, organisation.status));
    let decided = Authorities::decide(own, &claims);
    decided.expect("each organisation is named for one peer: the claims of others were left out above")
}

/// Whether two views lead to the same authorities: they have the same organisations, statuses and peers.
pub(super) fn have_same_authorities(older: &View, newer: &View) -> bool {
    let peers = older.peers().eq(newer.peers());
    peers && newer.changes_since(older).organisations.is_empty()
}
