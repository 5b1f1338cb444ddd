//! Peer and sharing ↔ their messages and drafts.

use register::draft::{PeerSharingDraft, SharingDraft};
use register::identifier::{OrganisationId, RegisterId};
use register::oin::Oin;
use register::peer::{Peer, PeerMode, PeerSharing, Sharing, SharingLevel};
use register::validate::PeerDraft;
use register::violation::Violations;

use super::error::ConvertError;
use super::text::{optional, or_empty, parse_all, parse_required};
use super::time::{from_duration_ms, to_duration_ms};
use super::wire_enum::WireEnum as _;
use super::wire_enum::{number_of, word_of};
use crate::v1;

impl From<v1::Sharing> for SharingDraft {
    fn from(message: v1::Sharing) -> Self {
        let peers = message.peers.into_iter().map(|peer| PeerSharingDraft {
            oin: peer.oin,
            level: word_of::<SharingLevel>(peer.level),
        });
        Self {
            others: word_of::<SharingLevel>(message.others),
            peers: peers.collect(),
        }
    }
}

/// Converts the sharing settings of a file.
pub(super) fn sharing_message(draft: &SharingDraft, violations: &mut Violations) -> v1::Sharing {
    let mut peers = Vec::with_capacity(draft.peers.len());
    for (place, peer) in draft.peers.iter().enumerate() {
        peers.push(v1::PeerSharing {
            oin: peer.oin.clone(),
            level: number_of::<SharingLevel>(&peer.level, &format!("sharing.peers[{place}].level"), violations),
        });
    }
    v1::Sharing {
        others: number_of::<SharingLevel>(&draft.others, "sharing.others", violations),
        peers,
    }
}

impl From<&Sharing> for v1::Sharing {
    fn from(sharing: &Sharing) -> Self {
        let peers = sharing.peers.iter().map(|peer| v1::PeerSharing {
            oin: peer.oin.to_string(),
            level: peer.level.to_number(),
        });
        Self {
            others: sharing.others.to_number(),
            peers: peers.collect(),
        }
    }
}

impl TryFrom<v1::Sharing> for Sharing {
    type Error = ConvertError;

    fn try_from(message: v1::Sharing) -> Result<Self, Self::Error> {
        // An unknown level of a newer version becomes the one that shares least.
        let level = |number| SharingLevel::from_number(number).unwrap_or(SharingLevel::None);
        let mut peers = Vec::with_capacity(message.peers.len());
        for peer in message.peers {
            peers.push(PeerSharing {
                oin: parse_required("sharing.peers.oin", &peer.oin, Oin::parse)?,
                level: level(peer.level),
            });
        }
        let others = if message.others == 0 {
            SharingLevel::default()
        } else {
            level(message.others)
        };
        Ok(Self { others, peers })
    }
}

impl From<v1::Peer> for PeerDraft {
    fn from(message: v1::Peer) -> Self {
        Self {
            register: message.register,
            oin: message.oin,
            endpoints: message.endpoints,
            mode: word_of::<PeerMode>(message.mode),
            organisations: message.organisations,
            budget_ms: message.budget.as_ref().map(to_duration_ms),
            server_name: message.server_name,
        }
    }
}

impl From<&Peer> for v1::Peer {
    fn from(peer: &Peer) -> Self {
        Self {
            register: peer.register.to_string(),
            oin: peer.oin.to_string(),
            endpoints: peer.endpoints.clone(),
            mode: peer.mode.to_number(),
            organisations: peer.organisations.iter().map(OrganisationId::resource_name).collect(),
            budget: Some(from_duration_ms(peer.budget_ms)),
            server_name: or_empty(peer.server_name.as_deref()),
            ..Self::default()
        }
    }
}

impl TryFrom<v1::Peer> for Peer {
    type Error = ConvertError;

    fn try_from(message: v1::Peer) -> Result<Self, Self::Error> {
        Ok(Self {
            register: parse_required("register", &message.register, RegisterId::parse)?,
            oin: parse_required("oin", &message.oin, Oin::parse)?,
            endpoints: message.endpoints,
            mode: PeerMode::from_number(message.mode).unwrap_or(PeerMode::Query),
            organisations: parse_all("organisations", &message.organisations, OrganisationId::parse_resource_name)?,
            budget_ms: message
                .budget
                .as_ref()
                .map_or(register::peer::DEFAULT_BUDGET_MS, to_duration_ms),
            server_name: optional(message.server_name),
        })
    }
}
