//! What a commit does ([`Mutation`]) and what the log says of it ([`Change`]).
//!
//! A mutation carries everything, the personal part too. A change is what stays in the log for good: it has no personal
//! part but its digest. Storage turns the one into the other; views and watchers follow changes.

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

/// One thing that a commit does. Applied in order, all or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mutation {
    /// Creates an organisation or replaces what is known of it.
    PutOrganisation(Organisation),
    /// Gives a grant, or replaces the one of the same OIN and organisation.
    PutGrant(Grant),
    /// Ends a grant.
    RevokeGrant {
        /// Whose.
        oin: Oin,
        /// For which organisation.
        organisation: OrganisationId,
    },
    /// Begins the exchange with another register, or changes how.
    PutPeer(Peer),
    /// Ends the exchange with another register.
    RemovePeer {
        /// Which.
        register: RegisterId,
    },
    /// Creates an officer or replaces its content. Overlays stay; open reports are settled by it.
    PutOfficer(Officer),
    /// Ends an officer, with its personal part and overlays.
    WithdrawOfficer {
        /// Which.
        name: OfficerName,
        /// Who comes in its place, if anyone.
        replaced_by: Option<OfficerName>,
    },
    /// Replaces an officer's absences.
    SetPresence {
        /// Whose.
        name: OfficerName,
        /// All known absences.
        presence: Presence,
    },
    /// Records that an entry was found right. Settles its open reports.
    VerifyOfficer {
        /// Which.
        name: OfficerName,
        /// When, by whom and until when.
        verification: Verification,
    },
    /// Records that a caller found an entry wrong. At most one of an officer in a commit.
    ReportOfficer {
        /// Which.
        name: OfficerName,
        /// What was found.
        reason: ReportReason,
        /// By whom, to count each asker once. Nothing of it is kept but a salted digest.
        asker: Asker,
    },
    /// Ends an open report.
    SettleReport {
        /// Which.
        report: ReportName,
    },
    /// Erases the name, and the contact if it is marked personal, of an entry whose name has ended.
    EndName {
        /// Whose.
        name: OfficerName,
    },
}

/// One thing that a commit did, as the log keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// An organisation was created or changed.
    OrganisationPut {
        /// As it is since.
        organisation: Organisation,
    },
    /// A grant was given or changed. Never leaves the register.
    GrantPut {
        /// As it is since.
        grant: Grant,
    },
    /// A grant was ended. Never leaves the register.
    GrantRevoked {
        /// Whose.
        oin: Oin,
        /// For which organisation.
        organisation: OrganisationId,
    },
    /// The exchange with another register began or changed. Never leaves the register.
    PeerPut {
        /// As it is since.
        peer: Peer,
    },
    /// The exchange with another register ended. Never leaves the register.
    PeerRemoved {
        /// Which.
        register: RegisterId,
    },
    /// An officer was created or its content changed.
    OfficerPut {
        /// As it is since. Without personal part in the log; storage joins it on reading when the digest still agrees.
        officer: Officer,
        /// The digest of the personal part at that moment.
        personal: PersonalDigest,
    },
    /// An officer was withdrawn.
    OfficerWithdrawn {
        /// Which.
        name: OfficerName,
        /// Who came in its place.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        replaced_by: Option<OfficerName>,
    },
    /// An officer's absences changed.
    PresenceSet {
        /// Whose.
        name: OfficerName,
        /// The digest of the absences.
        personal: PersonalDigest,
    },
    /// An entry was found right.
    OfficerVerified {
        /// Which.
        name: OfficerName,
        /// When, by whom and until when.
        verification: Verification,
    },
    /// A caller found an entry wrong. Who is not in it.
    OfficerReported {
        /// Which.
        name: OfficerName,
        /// What was found.
        reason: ReportReason,
    },
    /// An open report was ended by itself, and not by a change or verification.
    ReportSettled {
        /// Which.
        report: ReportName,
    },
    /// An entry's name ended and was erased.
    NameEnded {
        /// Whose.
        name: OfficerName,
        /// The digest of what is left of the personal part.
        personal: PersonalDigest,
    },
}

impl Change {
    /// The officer that it is about, if it is about one.
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

    /// The organisation that it is about, if it is about one.
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

/// Who made a commit, for whom, and by what right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The caller. Absent when the node itself acts, as when a name ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oin: Option<Oin>,
    /// The organisation whose data it is about, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<OrganisationId>,
    /// Whether the caller acted for another: the basis of its grant was a mandate.
    #[serde(default)]
    pub on_behalf_of: bool,
    /// The basis of the grant, if one was needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<GrantBasis>,
    /// The caller's name for the write.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<RequestId>,
}

impl Actor {
    /// The node itself.
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

/// One row of the log: a commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commit {
    /// Its place in history.
    pub revision: Revision,
    /// When it was made. Revisions order history, times do not.
    pub time: Timestamp,
    /// Who made it.
    pub actor: Actor,
    /// What it did, in order.
    pub changes: Vec<Change>,
}

/// A commit together with what the entries that it touched are since: all that a view needs to follow it.
///
/// Made by the transaction that made the commit, so a view that applies these in order shows exactly each position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The position that the register has reached by it.
    pub position: Position,
    /// The commit, with the personal parts of the officers that it put.
    pub commit: Commit,
    /// Every entry that it touched and did not withdraw, with its overlays, as it is since. Each once, in key order.
    pub entries: Vec<Entry>,
}

impl Applied {
    /// The officers that the commit withdrew and did not put again.
    pub fn withdrawn(&self) -> impl Iterator<Item = &OfficerName> {
        self.commit.changes.iter().filter_map(|change| match change {
            Change::OfficerWithdrawn { name, .. } if self.entries.iter().all(|entry| !entry.is(name)) => Some(name),
            _ => None,
        })
    }
}
