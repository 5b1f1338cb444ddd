//! Peers: other registers that this one exchanges with, and what an organisation lets them do with its officers.
//!
//! A peer is known by its OIN, which is compared with the one in its certificate; its register id is only a name. What an
//! organisation shares is said by the asker's OIN too, because that is all that a certificate proves.

use serde::{Deserialize, Serialize};

use crate::identifier::{OrganisationId, RegisterId};
use crate::oin::Oin;

/// A register that this one exchanges with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peer {
    /// Its register id.
    pub register: RegisterId,
    /// Who it must be, by its certificate.
    pub oin: Oin,
    /// Where it is, `https://host:port`, tried in order.
    pub endpoints: Vec<String>,
    /// How it is used.
    pub mode: PeerMode,
    /// The organisations for which it is the authority; none: those that it holds and no other peer names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub organisations: Vec<OrganisationId>,
    /// Milliseconds that a question to it may take at most.
    #[serde(default = "default_budget_ms")]
    pub budget_ms: u64,
    /// The name that its certificate must have, when it is not the host of the endpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_name: Option<String>,
}

/// What a question to a peer may take when nothing is said, in milliseconds.
pub const DEFAULT_BUDGET_MS: u64 = 2_000;

fn default_budget_ms() -> u64 {
    DEFAULT_BUDGET_MS
}

/// How a peer is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PeerMode {
    /// Its changes are followed into tables of its own.
    Replicate,
    /// It is asked when someone searches.
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

/// What a peer may do with an organisation's officers. What may be copied may also be asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SharingLevel {
    /// Nothing: it does not see them.
    None,
    /// Ask for them when someone searches, and keep nothing.
    Ask,
    /// Keep a copy that follows every change.
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

/// What an organisation shares with other registers. Whoever holds no grant with the role peer sees nothing in any case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sharing {
    /// With peers that are not named.
    #[serde(default)]
    pub others: SharingLevel,
    /// With those that are, each once, in order of OIN.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub peers: Vec<PeerSharing>,
}

/// What an organisation shares with one register.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PeerSharing {
    /// With whom: the OIN in the register's certificate.
    pub oin: Oin,
    /// How much.
    pub level: SharingLevel,
}

impl Sharing {
    /// What the register with this OIN may do.
    pub fn with(&self, oin: &Oin) -> SharingLevel {
        let named = self.peers.iter().find(|peer| peer.oin == *oin);
        named.map_or(self.others, |peer| peer.level)
    }

    /// Whether nobody has said anything: everything may be copied by who was made a peer.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_peer_is_judged_by_its_own_line_and_others_by_the_rest() {
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
