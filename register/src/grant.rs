//! Grants: for which organisation a caller acts, and how.
//!
//! The certificate says who a caller is; the grant says what it may. Several OINs may act for one organisation and one OIN
//! for several, so ownership never hangs on a certificate or a key.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::identifier::OrganisationId;
use crate::oin::Oin;

/// What the holder of an OIN may do for an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Who.
    pub oin: Oin,
    /// For whom.
    pub organisation: OrganisationId,
    /// What; at least one.
    pub roles: Vec<Role>,
    /// First day on which it holds, if not from the beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// Last day on which it holds, if an end is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// Why: because it is the organisation's own number, or by a mandate to a supplier or joint body.
    pub basis: GrantBasis,
}

impl Grant {
    /// Whether it holds on `day`.
    pub fn is_valid_on(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }

    /// Whether it includes `role`.
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
    /// Ask for routes.
    Resolve,
    /// Exchange with this register as another register.
    Peer,
    /// Connect organisations, grant and operate the node.
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

/// On what a grant rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GrantBasis {
    /// The OIN is the organisation's own.
    Own,
    /// The organisation has mandated another: a supplier, a joint body.
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
