//! What a route is: targets in order, and what was passed over.

use std::sync::Arc;

use jiff::Timestamp;

use crate::entry::Entry;
use crate::identifier::OfficerName;
use crate::officer::MandateLevel;
use crate::organisation::Organisation;
use crate::position::Position;

/// An ordered list of targets.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// Best first. Each officer stands in it once, and each desk once.
    pub targets: Vec<Target>,
    /// Candidates that were passed over, the nearest misses first, at most [`super::MOST_CONSIDERED`].
    pub considered: Vec<Considered>,
    /// How many were passed over in all.
    pub considered_total: usize,
    /// The first moment at which time alone may change the answer. Until then the same need at the same position has the
    /// same answer. None if nothing that is known lies ahead.
    pub valid_until: Option<Timestamp>,
    /// The position that it was made from.
    pub position: Position,
}

/// Where to go.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// How far from what was asked for.
    pub level: Level,
    /// Why it is here.
    pub reason: TargetReason,
    /// Why it is here: one Dutch sentence.
    pub explanation: String,
    /// The officer, as it may be shown. None for a desk.
    pub entry: Option<Arc<Entry>>,
    /// The organisation.
    pub organisation: Arc<Organisation>,
    /// How far the officer may go in this need. None for a desk.
    pub mandate_level: Option<MandateLevel>,
    /// From when someone answers, if not at the moment of the need.
    pub reachable_from: Option<Timestamp>,
    /// The absent officer whom it stands in for.
    pub standing_in_for: Option<OfficerName>,
    /// Whether it stands in without holding what is needed: it can take the case on, not decide it.
    pub without_mandate: bool,
    /// Whether its verification no longer counts, or there never was one.
    pub stale: bool,
}

/// How far a target is from what was asked for. Public API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// An officer of an organisation that is involved.
    Officer,
    /// Who stands in for an absent officer.
    Deputy,
    /// An officer or the desk of a joint body that acts for the municipality.
    JointBody,
    /// An organisation's desk.
    Desk,
    /// The Landelijk Maatwerkloket Multiproblematiek.
    Lmm,
    /// An ambassador at a ministry.
    Ambassador,
    /// The Landelijk Escalatie Team.
    Let,
}

/// Why a target is in a route. Public API: listed in `docs/api.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TargetReason {
    /// It holds a competence that is needed.
    CompetenceMatch,
    /// It works in a life domain that is needed.
    DomainMatch,
    /// It may make exceptions for any scheme of its organisation.
    Generalist,
    /// It is of the organisation or municipality that was asked for, and nothing more was asked.
    OrganisationMatch,
    /// It stands in for an absent officer.
    Deputy,
    /// It is of a municipality that has passed this power to a joint body: it can only refer.
    SupersededByDelegation,
    /// The desk of a joint body that acts for the municipality.
    JointBodyDesk,
    /// The desk of an organisation that is involved.
    OrganisationDesk,
    /// The LMM takes on what organisations do not solve together.
    Lmm,
    /// It takes what goes wrong to its ministry.
    Ambassador,
    /// The LET is the last step.
    Let,
}

impl TargetReason {
    /// All reasons, for the documentation's test.
    pub const ALL: [TargetReason; 11] = [
        Self::CompetenceMatch,
        Self::DomainMatch,
        Self::Generalist,
        Self::OrganisationMatch,
        Self::Deputy,
        Self::SupersededByDelegation,
        Self::JointBodyDesk,
        Self::OrganisationDesk,
        Self::Lmm,
        Self::Ambassador,
        Self::Let,
    ];

    /// The code on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CompetenceMatch => "COMPETENCE_MATCH",
            Self::DomainMatch => "DOMAIN_MATCH",
            Self::Generalist => "GENERALIST",
            Self::OrganisationMatch => "ORGANISATION_MATCH",
            Self::Deputy => "DEPUTY",
            Self::SupersededByDelegation => "SUPERSEDED_BY_DELEGATION",
            Self::JointBodyDesk => "JOINT_BODY_DESK",
            Self::OrganisationDesk => "ORGANISATION_DESK",
            Self::Lmm => "LMM",
            Self::Ambassador => "AMBASSADOR",
            Self::Let => "LET",
        }
    }
}

/// A candidate that was passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Considered {
    /// The resource name of an officer, or of an organisation.
    pub name: String,
    /// Why.
    pub reason: RejectionReason,
    /// Why: one Dutch sentence.
    pub explanation: String,
    /// Where one should be instead, if that is known.
    pub see: Option<String>,
}

/// Why a candidate was passed over, the nearest miss first. Public API: listed in `docs/api.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RejectionReason {
    /// The household's municipality must be known first.
    MunicipalityNeeded,
    /// It says that for this one must be elsewhere.
    NotFor,
    /// It is absent.
    Absent,
    /// Its organisation does not take part for now.
    Suspended,
    /// Its organisation does not exist on that day: not yet, or no longer.
    NotValid,
    /// The organisation that carries the scheme out is not in the register.
    NotInRegister,
    /// The organisation has no desk that can be reached.
    NoDesk,
    /// It fits too, and enough others fit better.
    RankedLower,
    /// It does not work for that municipality.
    OutOfArea,
    /// It is about other things.
    WrongCompetence,
}

impl RejectionReason {
    /// All reasons, for the documentation's test.
    pub const ALL: [RejectionReason; 10] = [
        Self::MunicipalityNeeded,
        Self::NotFor,
        Self::Absent,
        Self::Suspended,
        Self::NotValid,
        Self::NotInRegister,
        Self::NoDesk,
        Self::RankedLower,
        Self::OutOfArea,
        Self::WrongCompetence,
    ];

    /// The code on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MunicipalityNeeded => "MUNICIPALITY_NEEDED",
            Self::NotFor => "NOT_FOR",
            Self::Absent => "ABSENT",
            Self::Suspended => "SUSPENDED",
            Self::NotValid => "NOT_VALID",
            Self::NotInRegister => "NOT_IN_REGISTER",
            Self::NoDesk => "NO_DESK",
            Self::RankedLower => "RANKED_LOWER",
            Self::OutOfArea => "OUT_OF_AREA",
            Self::WrongCompetence => "WRONG_COMPETENCE",
        }
    }
}
