//! The input of a commit ([`Mutation`]) and its record in the log ([`Change`]).
//!
//! A mutation carries all data, including the personal part. A change stays in the log permanently and has only the digest of
//! the personal part. Storage turns mutations into changes; views and watchers follow changes.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::entry::Entry;
use crate::grant::{Grant, GrantBasis};
use crate::identifier::{OfficerName, OrganisationId, RegisterId, RequestId};
use crate::officer::Officer;
use crate::oin::Oin;
use crate::organisation::Organisation;
use crate::peer::Peer;
use crate::personal::PersonalDigest;
use crate::position::{Position, Revision};
use crate::presence::Presence;
use crate::report::{Asker, ReportName, ReportReason};
use crate::verification::Verification;

/// One step of a commit. The steps apply in order, all or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mutation {
    /// Creates or replaces an organisation.
    PutOrganisation(Organisation),
    /// Creates a grant, or replaces the one with the same OIN and organisation.
    PutGrant(Grant),
    /// Ends a grant.
    RevokeGrant {
        /// Its holder.
        oin: Oin,
        /// The organisation it was for.
        organisation: OrganisationId,
    },
    /// Adds or changes a peer.
    PutPeer(Peer),
    /// Removes a peer.
    RemovePeer {
        /// Its register id.
        register: RegisterId,
    },
    /// Creates an officer or replaces its content. Overlays stay, except that open reports are settled.
    PutOfficer(Officer),
    /// Removes an officer, its personal part and its overlays.
    WithdrawOfficer {
        /// The officer.
        name: OfficerName,
        /// Its successor, if there is one.
        replaced_by: Option<OfficerName>,
    },
    /// Replaces an officer's absences.
    SetPresence {
        /// The officer.
        name: OfficerName,
        /// All known absences.
        presence: Presence,
    },
    /// Records that an entry was verified. Settles its open reports.
    VerifyOfficer {
        /// The officer.
        name: OfficerName,
        /// The verification.
        verification: Verification,
    },
    /// Records that a caller reported an entry as wrong. At most one report of an officer per commit.
    ReportOfficer {
        /// The officer.
        name: OfficerName,
        /// What is wrong.
        reason: ReportReason,
        /// The reporting caller, to count each one once. Only a salted digest of it is stored.
        asker: Asker,
    },
    /// Settles an open report.
    SettleReport {
        /// The report.
        report: ReportName,
    },
    /// Erases the expired name of an entry, and its contact if that is marked personal.
    EndName {
        /// The officer.
        name: OfficerName,
    },
}

/// One step of a commit, as recorded in the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// An organisation was created or changed.
    OrganisationPut {
        /// Its new content.
        organisation: Organisation,
    },
    /// A grant was created or changed. Never leaves the register.
    GrantPut {
        /// Its new content.
        grant: Grant,
    },
    /// A grant was revoked. Never leaves the register.
    GrantRevoked {
        /// Its holder.
        oin: Oin,
        /// The organisation it was for.
        organisation: OrganisationId,
    },
    /// A peer was added or changed. Never leaves the register.
    PeerPut {
        /// Its new content.
        peer: Peer,
    },
    /// A peer was removed. Never leaves the register.
    PeerRemoved {
        /// Its register id.
        register: RegisterId,
    },
    /// An officer was created or its content changed.
    OfficerPut {
        /// Its new content. The log omits the personal part; storage joins it on reading if the digest still matches.
        officer: Officer,
        /// The digest of its personal part at that moment.
        personal: PersonalDigest,
    },
    /// An officer was withdrawn.
    OfficerWithdrawn {
        /// The officer.
        name: OfficerName,
        /// Its successor, if there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        replaced_by: Option<OfficerName>,
    },
    /// An officer's absences changed.
    PresenceSet {
        /// The officer.
        name: OfficerName,
        /// The digest of the absences.
        personal: PersonalDigest,
    },
    /// An entry was verified.
    OfficerVerified {
        /// The officer.
        name: OfficerName,
        /// The verification.
        verification: Verification,
    },
    /// A caller reported an entry as wrong. The log does not record which caller.
    OfficerReported {
        /// The officer.
        name: OfficerName,
        /// What is wrong.
        reason: ReportReason,
    },
    /// An open report was settled on its own, not by a change or a verification.
    ReportSettled {
        /// The report.
        report: ReportName,
    },
    /// An entry's name expired and was erased.
    NameEnded {
        /// The officer.
        name: OfficerName,
        /// The digest of the rest of the personal part.
        personal: PersonalDigest,
    },
}

impl Change {
    /// The officer that the change is about, if any.
    pub fn officer_name(&self) -> Option<OfficerName> {
        match self {
            Self::OfficerPut { officer, .. } => Some(officer.officer_name()),
            Self::OfficerWithdrawn { name, .. }
            | Self::PresenceSet { name, .. }
            | Self::OfficerVerified { name, .. }
            | Self::OfficerReported { name, .. }
            | Self::NameEnded { name, .. } => Some(name.clone()),
            Self::ReportSettled { report } => Some(report.officer.clone()),
            Self::OrganisationPut { .. }
            | Self::GrantPut { .. }
            | Self::GrantRevoked { .. }
            | Self::PeerPut { .. }
            | Self::PeerRemoved { .. } => None,
        }
    }

    /// The organisation that the change is about, if any.
    pub fn organisation(&self) -> Option<&OrganisationId> {
        match self {
            Self::OrganisationPut { organisation } => Some(&organisation.id),
            Self::GrantPut { grant } => Some(&grant.organisation),
            Self::GrantRevoked { organisation, .. } => Some(organisation),
            Self::PeerPut { .. } | Self::PeerRemoved { .. } => None,
            Self::OfficerPut { officer, .. } => Some(&officer.organisation),
            Self::OfficerWithdrawn { name, .. }
            | Self::PresenceSet { name, .. }
            | Self::OfficerVerified { name, .. }
            | Self::OfficerReported { name, .. }
            | Self::NameEnded { name, .. } => Some(&name.organisation),
            Self::ReportSettled { report } => Some(&report.officer.organisation),
        }
    }
}

/// The author of a commit, and the grant that allowed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The caller. Absent if the node itself acts, for example when a name expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oin: Option<Oin>,
    /// The organisation whose data was written, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<OrganisationId>,
    /// Whether the caller acted for another organisation: the basis of its grant was a mandate.
    #[serde(default)]
    pub on_behalf_of: bool,
    /// The basis of the grant, if the write required one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<GrantBasis>,
    /// The caller's own id for the write.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<RequestId>,
}

impl Actor {
    /// The node itself as the author.
    pub fn node() -> Self {
        Self {
            oin: None,
            organisation: None,
            on_behalf_of: false,
            basis: None,
            request_id: None,
        }
    }
}

/// A commit: one row of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commit {
    /// Its position in history.
    pub revision: Revision,
    /// When it was made. The order of history is that of revisions, not of times.
    pub time: Timestamp,
    /// Its author.
    pub actor: Actor,
    /// Its steps, in order.
    pub changes: Vec<Change>,
}

/// A commit with the resulting state of the entries that it touched: all that a view needs to follow it.
///
/// The transaction that made the commit also makes this value, so a view that applies these in order shows every position
/// exactly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The position of the register after the commit.
    pub position: Position,
    /// The commit, with the personal parts of the officers that it wrote.
    pub commit: Commit,
    /// Every entry that the commit touched and did not withdraw, with its overlays. Each once, in key order.
    pub entries: Vec<Entry>,
}

impl Applied {
    /// The officers that the commit withdrew and did not write again.
    pub fn withdrawn(&self) -> impl Iterator<Item = &OfficerName> {
        self.commit.changes.iter().filter_map(|change| match change {
            Change::OfficerWithdrawn { name, .. } if self.entries.iter().all(|entry| !entry.is(name)) => Some(name),
            _ => None,
        })
    }
}
