//! Grants: the organisations that a caller may act for, and in which roles.
//!
//! The certificate identifies a caller; the grant authorises it. Several OINs may act for one organisation and one OIN for
//! several, so ownership never depends on a certificate or a key.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::identifier::OrganisationId;
use crate::oin::Oin;

/// What the holder of an OIN may do for an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The holder.
    pub oin: Oin,
    /// The organisation that the holder acts for.
    pub organisation: OrganisationId,
    /// What the holder may do; at least one role.
    pub roles: Vec<Role>,
    /// First day on which the grant is valid, if it is limited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// Last day on which the grant is valid, if it is limited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// The basis: the organisation's own OIN, or a mandate to a supplier or joint body.
    pub basis: GrantBasis,
}

impl Grant {
    /// Whether the grant is valid on `day`.
    pub fn is_valid_on(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }

    /// Whether the grant includes `role`.
    pub fn allows(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}

/// What a caller may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Search, get, list and watch.
    Lookup,
    /// Write the officers of the organisation.
    Publish,
    /// Request routes.
    Resolve,
    /// Exchange data with this register, as another register.
    Peer,
    /// Connect organisations, manage grants and operate the node.
    Operate,
}

impl Role {
    /// All roles, in the order of the contract.
    pub const ALL: [Role; 5] = [Self::Lookup, Self::Publish, Self::Resolve, Self::Peer, Self::Operate];

    /// The word in files and on screen.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lookup => "lookup",
            Self::Publish => "publish",
            Self::Resolve => "resolve",
            Self::Peer => "peer",
            Self::Operate => "operate",
        }
    }

    /// The role of this word, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }
}

/// The basis of a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GrantBasis {
    /// The OIN is the organisation's own.
    Own,
    /// The organisation gave a mandate to another: a supplier or a joint body.
    Mandate,
}

impl GrantBasis {
    /// The word in files and on screen.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Mandate => "mandate",
        }
    }

    /// The basis of this word, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Own, Self::Mandate].into_iter().find(|basis| basis.as_str() == word)
    }
}
