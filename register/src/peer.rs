//! Peers: other registers that this one exchanges data with, and what they may do with an organisation's officers.
//!
//! A peer is identified by its OIN, which is compared with the one in its certificate; its register id is only a name. Sharing
//! also depends on the OIN of the requesting peer, because a certificate proves nothing else.

use serde::{Deserialize, Serialize};

use crate::identifier::{OrganisationId, RegisterId};
use crate::oin::Oin;

/// A register that this one exchanges data with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peer {
    /// Its register id.
    pub register: RegisterId,
    /// The OIN that its certificate must have.
    pub oin: Oin,
    /// Its addresses, `https://host:port`, tried in order.
    pub endpoints: Vec<String>,
    /// How it is used.
    pub mode: PeerMode,
    /// The organisations for which it is authoritative. If empty: those that it holds and that no other peer is assigned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub organisations: Vec<OrganisationId>,
    /// Deadline of a request to it, in milliseconds.
    #[serde(default = "default_budget_ms")]
    pub budget_ms: u64,
    /// The name that its certificate must have, if that is not the host of the endpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_name: Option<String>,
}

/// The default deadline of a request to a peer, in milliseconds.
pub const DEFAULT_BUDGET_MS: u64 = 2_000;

fn default_budget_ms() -> u64 {
    DEFAULT_BUDGET_MS
}

/// How a peer is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PeerMode {
    /// Its changes are replicated into separate tables.
    Replicate,
    /// It is queried on every search.
    Query,
}

impl PeerMode {
    /// All modes, in the order of the contract.
    pub const ALL: [PeerMode; 2] = [Self::Replicate, Self::Query];

    /// The word in files and on screen.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Replicate => "replicate",
            Self::Query => "query",
        }
    }

    /// The mode of this word, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == word)
    }
}

/// What a peer may do with an organisation's officers. Each level includes the ones before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SharingLevel {
    /// Nothing: it does not see them.
    None,
    /// Query them on a search and store nothing.
    Ask,
    /// Keep a copy and follow every change.
    #[default]
    Copy,
}

impl SharingLevel {
    /// All levels, in the order of the contract.
    pub const ALL: [SharingLevel; 3] = [Self::None, Self::Ask, Self::Copy];

    /// The word in files and on screen.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Ask => "ask",
            Self::Copy => "copy",
        }
    }

    /// The level of this word, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == word)
    }
}

/// What an organisation shares with other registers. A caller without a grant for the role peer sees nothing in any case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sharing {
    /// The level for peers that are not listed.
    #[serde(default)]
    pub others: SharingLevel,
    /// The listed peers, each once, in order of OIN.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub peers: Vec<PeerSharing>,
}

/// What an organisation shares with one register.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PeerSharing {
    /// The OIN in the register's certificate.
    pub oin: Oin,
    /// What it may do.
    pub level: SharingLevel,
}

impl Sharing {
    /// The level for the register with this OIN.
    pub fn with(&self, oin: &Oin) -> SharingLevel {
        let named = self.peers.iter().find(|peer| peer.oin == *oin);
        named.map_or(self.others, |peer| peer.level)
    }

    /// Whether it is the default: every peer may copy everything.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listed_peer_has_its_own_sharing_level() {
        let oin = |number: u32| Oin::parse(&format!("00000099{number:012}")).unwrap();
        let sharing = Sharing {
            others: SharingLevel::Ask,
            peers: vec![PeerSharing {
                oin: oin(1),
                level: SharingLevel::None,
            }],
        };
        assert_eq!(sharing.with(&oin(1)), SharingLevel::None);
        assert_eq!(sharing.with(&oin(2)), SharingLevel::Ask);
        assert_eq!(Sharing::default().with(&oin(2)), SharingLevel::Copy);
        assert!(SharingLevel::Copy > SharingLevel::Ask);
    }
}
