//! Which register counts for an organisation, when several know it.
//!
//! An organisation's officers are written in one register: the one that is *authoritative* for it. Others may know its name,
//! or hold a copy. Whoever puts the answers of several registers together decides by this rule first, and counts after, so
//! that nobody is counted twice. The rule looks at what registers hold and what the operator has set, and at nothing else:
//! not at who answers, nor at who answers first.

use std::collections::{BTreeMap, BTreeSet};

use crate::identifier::{OrganisationId, RegisterId};
use crate::organisation::OrganisationStatus;

/// What a peer has to do with organisations, as the deciding register sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claim {
    /// The organisations that the operator has named for this peer. Where there are any, it counts for these and no others.
    pub named: BTreeSet<OrganisationId>,
    /// The organisations that it says it holds, other than those it merely knows.
    pub held: BTreeMap<OrganisationId, OrganisationStatus>,
}

/// Who is authoritative for an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Authority {
    /// The deciding register itself.
    Own,
    /// This peer.
    Peer(RegisterId),
    /// Nobody: at most its name and desk are known.
    Nobody,
}

/// Several peers hold an organisation as connected and none was named for it. The first one counts; an operator should
/// decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorityConflict {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The peers, in order; the first one counts.
    pub peers: Vec<RegisterId>,
}

/// An organisation that the operator has named for two peers, which cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("organisation `{organisation}` is named for the peers `{first}` and `{second}`; name it for one")]
pub struct DuplicateAssignment {
    /// The organisation.
    pub organisation: OrganisationId,
    /// One peer.
    pub first: RegisterId,
    /// Another.
    pub second: RegisterId,
}

/// Who is authoritative for what, as one register sees it at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Authorities {
    own: BTreeSet<OrganisationId>,
    peers: BTreeMap<OrganisationId, RegisterId>,
    conflicts: Vec<AuthorityConflict>,
}

impl Authorities {
    /// Decides by `own`, what the deciding register holds itself, and by the claims of its peers.
    ///
    /// 1. What it holds other than merely known, is its own.
    /// 2. Else the peer counts for which the operator named the organisation; naming it for two is refused.
    /// 3. Else, among the peers for which nothing is named, those that hold it as connected, the first by id.
    /// 4. Else nobody.
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

    /// Who is authoritative for `organisation`.
    pub fn of(&self, organisation: &OrganisationId) -> Authority {
        if self.own.contains(organisation) {
            return Authority::Own;
        }
        match self.peers.get(organisation) {
            Some(register) => Authority::Peer(register.clone()),
            None => Authority::Nobody,
        }
    }

    /// Whether the officers of `organisation` that `peer` holds count.
    pub fn is_of_peer(&self, organisation: &OrganisationId, peer: &RegisterId) -> bool {
        self.peers.get(organisation) == Some(peer)
    }

    /// Whether the officers of `organisation` that the deciding register holds itself count: unless a peer's do.
    pub fn is_own(&self, organisation: &OrganisationId) -> bool {
        !self.peers.contains_key(organisation)
    }

    /// The organisations for which a peer is authoritative.
    pub fn of_peers(&self) -> impl Iterator<Item = (&OrganisationId, &RegisterId)> {
        self.peers.iter()
    }

    /// What an operator should decide, in order of organisation.
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

    /// A register, the organisations that its settings name, and those that it holds.
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
    fn what_a_register_holds_itself_goes_before_all_peers() {
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
    fn the_peer_that_was_named_goes_before_those_that_hold() {
        let peers = peers(&[
            ("noord", &[], &[("gm0014", Connected)]),
            ("oost", &["gm0014"], &[("gm0014", Suspended)]),
        ]);
        let decided = decide(&[], &peers);
        assert_eq!(decided.of(&organisation("gm0014")), Authority::Peer(register("oost")));
        assert!(decided.conflicts().is_empty());
    }

    #[test]
    fn a_peer_with_a_list_counts_for_nothing_else() {
        let peers = peers(&[("noord", &["gm0014"], &[("gm0034", Connected)])]);
        assert_eq!(decide(&[], &peers).of(&organisation("gm0034")), Authority::Nobody);
    }

    #[test]
    fn of_several_holders_the_first_counts_and_it_is_said() {
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
    fn what_nobody_holds_is_nobodys_and_own_officers_of_it_still_count() {
        let decided = decide(&[("gm0014", Known)], &BTreeMap::new());
        assert_eq!(decided.of(&organisation("gm0014")), Authority::Nobody);
        assert!(decided.is_own(&organisation("gm0014")));
    }

    #[test]
    fn naming_an_organisation_for_two_peers_is_refused() {
        let peers = peers(&[("noord", &["gm0014"], &[]), ("oost", &["gm0014"], &[])]);
        let refused = Authorities::decide([], &peers).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "organisation `gm0014` is named for the peers `noord` and `oost`; name it for one"
        );
    }
}
