//! Decides which register is authoritative for an organisation that several registers know.
//!
//! One register writes an organisation's officers: the *authoritative* one. Others may know its name or hold a copy. A register
//! that combines answers of several others applies this rule before it counts, so that no officer counts twice. The rule
//! depends only on what the registers hold and what the operator configured, never on which peers respond or how fast.

use std::collections::{BTreeMap, BTreeSet};

use crate::identifier::{OrganisationId, RegisterId};
use crate::organisation::OrganisationStatus;

/// What a peer claims, as seen by the deciding register.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claim {
    /// The organisations that the operator assigned to this peer. If there are any, the peer is authoritative for no others.
    pub named: BTreeSet<OrganisationId>,
    /// The organisations that the peer reports, with their status.
    pub held: BTreeMap<OrganisationId, OrganisationStatus>,
}

/// The authority for an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Authority {
    /// The deciding register itself.
    Own,
    /// This peer.
    Peer(RegisterId),
    /// No register: at most its name and desk are known.
    Nobody,
}

/// Several peers hold an organisation as connected, and the operator assigned it to none. The first peer is authoritative until
/// an operator decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorityConflict {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The peers in order of id; the first is authoritative.
    pub peers: Vec<RegisterId>,
}

/// The operator assigned an organisation to two peers.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("organisation `{organisation}` is assigned to the peers `{first}` and `{second}`; assign it to one")]
pub struct DuplicateAssignment {
    /// The organisation.
    pub organisation: OrganisationId,
    /// One peer.
    pub first: RegisterId,
    /// Another.
    pub second: RegisterId,
}

/// The authority for each organisation, as one register sees it at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Authorities {
    own: BTreeSet<OrganisationId>,
    peers: BTreeMap<OrganisationId, RegisterId>,
    conflicts: Vec<AuthorityConflict>,
}

impl Authorities {
    /// Decides from `own`, the organisations of the deciding register, and the claims of its peers.
    ///
    /// 1. An organisation that the register holds itself, with any status but known, is its own.
    /// 2. Otherwise the peer to which the operator assigned it. Assigning it to two peers is an error.
    /// 3. Otherwise the first by id of the peers without assignments that hold it as connected.
    /// 4. Otherwise nobody.
    pub fn decide<'a>(
        own: impl IntoIterator<Item = (&'a OrganisationId, OrganisationStatus)>,
        peers: &BTreeMap<RegisterId, Claim>,
    ) -> Result<Self, DuplicateAssignment> {
        let own: BTreeSet<OrganisationId> = own
            .into_iter()
            .filter(|(_, status)| *status != OrganisationStatus::Known)
            .map(|(id, _)| id.clone())
            .collect();
        let mut named: BTreeMap<OrganisationId, RegisterId> = BTreeMap::new();
        for (register, claim) in peers {
            for organisation in &claim.named {
                if let Some(first) = named.insert(organisation.clone(), register.clone()) {
                    return Err(DuplicateAssignment {
                        organisation: organisation.clone(),
                        first,
                        second: register.clone(),
                    });
                }
            }
        }
        let mut holders: BTreeMap<&OrganisationId, Vec<RegisterId>> = BTreeMap::new();
        for (register, claim) in peers.iter().filter(|(_, claim)| claim.named.is_empty()) {
            for (organisation, _) in claim
                .held
                .iter()
                .filter(|(_, status)| **status == OrganisationStatus::Connected)
            {
                holders.entry(organisation).or_default().push(register.clone());
            }
        }
        let mut conflicts = Vec::new();
        for (organisation, peers) in holders {
            if own.contains(organisation) || named.contains_key(organisation) {
                continue;
            }
            named.insert(organisation.clone(), peers[0].clone());
            if peers.len() > 1 {
                conflicts.push(AuthorityConflict {
                    organisation: organisation.clone(),
                    peers,
                });
            }
        }
        named.retain(|organisation, _| !own.contains(organisation));
        Ok(Self {
            own,
            peers: named,
            conflicts,
        })
    }

    /// The authority for `organisation`.
    pub fn of(&self, organisation: &OrganisationId) -> Authority {
        if self.own.contains(organisation) {
            return Authority::Own;
        }
        match self.peers.get(organisation) {
            Some(register) => Authority::Peer(register.clone()),
            None => Authority::Nobody,
        }
    }

    /// Whether `peer` is authoritative for `organisation`.
    pub fn is_of_peer(&self, organisation: &OrganisationId, peer: &RegisterId) -> bool {
        self.peers.get(organisation) == Some(peer)
    }

    /// Whether the deciding register's own officers of `organisation` count: they do unless a peer is authoritative.
    pub fn is_own(&self, organisation: &OrganisationId) -> bool {
        !self.peers.contains_key(organisation)
    }

    /// The organisations for which a peer is authoritative.
    pub fn of_peers(&self) -> impl Iterator<Item = (&OrganisationId, &RegisterId)> {
        self.peers.iter()
    }

    /// The conflicts that an operator should decide, in order of organisation.
    pub fn conflicts(&self) -> &[AuthorityConflict] {
        &self.conflicts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn organisation(id: &str) -> OrganisationId {
        OrganisationId::parse(id).unwrap()
    }

    fn register(id: &str) -> RegisterId {
        RegisterId::parse(id).unwrap()
    }

    /// A peer, the organisations assigned to it, and those that it holds.
    type PeerRow<'a> = (&'a str, &'a [&'a str], &'a [(&'a str, OrganisationStatus)]);

    fn peers(claims: &[PeerRow<'_>]) -> BTreeMap<RegisterId, Claim> {
        let claim = |named: &[&str], held: &[(&str, OrganisationStatus)]| Claim {
            named: named.iter().map(|id| organisation(id)).collect(),
            held: held.iter().map(|(id, status)| (organisation(id), *status)).collect(),
        };
        claims
            .iter()
            .map(|(id, named, held)| (register(id), claim(named, held)))
            .collect()
    }

    fn decide(own: &[(&str, OrganisationStatus)], peers: &BTreeMap<RegisterId, Claim>) -> Authorities {
        let own: Vec<_> = own.iter().map(|(id, status)| (organisation(id), *status)).collect();
        Authorities::decide(own.iter().map(|(id, status)| (id, *status)), peers).unwrap()
    }

    use OrganisationStatus::{Connected, Connecting, Known, Suspended};

    #[test]
    fn own_organisations_take_precedence_over_peers() {
        let peers = peers(&[("noord", &["gm0014"], &[("gm0014", Connected)])]);
        for status in [Connecting, Connected, Suspended] {
            assert_eq!(
                decide(&[("gm0014", status)], &peers).of(&organisation("gm0014")),
                Authority::Own
            );
        }
        let known = decide(&[("gm0014", Known)], &peers);
        assert_eq!(known.of(&organisation("gm0014")), Authority::Peer(register("noord")));
        assert!(!known.is_own(&organisation("gm0014")));
    }

    #[test]
    fn an_assigned_peer_takes_precedence_over_holders() {
        let peers = peers(&[
            ("noord", &[], &[("gm0014", Connected)]),
            ("oost", &["gm0014"], &[("gm0014", Suspended)]),
        ]);
        let decided = decide(&[], &peers);
        assert_eq!(decided.of(&organisation("gm0014")), Authority::Peer(register("oost")));
        assert!(decided.conflicts().is_empty());
    }

    #[test]
    fn an_assigned_peer_has_no_other_authority() {
        let peers = peers(&[("noord", &["gm0014"], &[("gm0034", Connected)])]);
        assert_eq!(decide(&[], &peers).of(&organisation("gm0034")), Authority::Nobody);
    }

    #[test]
    fn the_first_of_several_holders_wins_and_is_a_conflict() {
        let peers = peers(&[
            ("west", &[], &[("gm0014", Connected)]),
            ("noord", &[], &[("gm0014", Connecting)]),
            ("oost", &[], &[("gm0014", Connected)]),
        ]);
        let decided = decide(&[], &peers);
        assert_eq!(decided.of(&organisation("gm0014")), Authority::Peer(register("oost")));
        let conflict = AuthorityConflict {
            organisation: organisation("gm0014"),
            peers: vec![register("oost"), register("west")],
        };
        assert_eq!(decided.conflicts(), [conflict]);
    }

    #[test]
    fn own_officers_of_a_known_organisation_count() {
        let decided = decide(&[("gm0014", Known)], &BTreeMap::new());
        assert_eq!(decided.of(&organisation("gm0014")), Authority::Nobody);
        assert!(decided.is_own(&organisation("gm0014")));
    }

    #[test]
    fn assigning_an_organisation_to_two_peers_is_refused() {
        let peers = peers(&[("noord", &["gm0014"], &[]), ("oost", &["gm0014"], &[])]);
        let refused = Authorities::decide([], &peers).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "organisation `gm0014` is assigned to the peers `noord` and `oost`; assign it to one"
        );
    }
}
