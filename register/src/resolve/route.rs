//! A route: ordered targets, and the rejected candidates.

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
    /// The targets, best first. Each officer and each desk occurs once.
    pub targets: Vec<Target>,
    /// The rejected candidates, nearest misses first, at most [`super::MOST_CONSIDERED`].
    pub considered: Vec<Considered>,
    /// The number of all rejected candidates.
    pub considered_total: usize,
    /// The first moment at which time alone may change the route. Before it, the same need at the same position has the same
    /// route. None if no transition is known.
    pub valid_until: Option<Timestamp>,
    /// The position of the view that it was made from.
    pub position: Position,
}

/// A target of a route.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// Its distance from the request.
    pub level: Level,
    /// The reason for its place.
    pub reason: TargetReason,
    /// The reason as one Dutch sentence.
    pub explanation: String,
    /// The officer, in visible form. None for a desk.
    pub entry: Option<Arc<Entry>>,
    /// The organisation.
    pub organisation: Arc<Organisation>,
    /// The officer's mandate for this need. None for a desk.
    pub mandate_level: Option<MandateLevel>,
    /// The moment from which it can be reached, if later than the moment of the need.
    pub reachable_from: Option<Timestamp>,
    /// The absent officer that it replaces.
    pub standing_in_for: Option<OfficerName>,
    /// Whether it is a deputy without what is needed: it can take on the case, but not decide it.
    pub without_mandate: bool,
    /// Whether its verification has expired or it was never verified.
    pub stale: bool,
}

/// The distance of a target from the request. Public API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// An officer.
    Officer,
    /// The deputy of an absent officer.
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

/// The reason for a target. Public API: listed in `docs/api.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TargetReason {
    /// It holds a needed competence.
    CompetenceMatch,
    /// It works in a needed life domain.
    DomainMatch,
    /// It may make exceptions for any scheme of its organisation.
    Generalist,
    /// It belongs to the requested organisation or municipality, and the need says nothing else.
    OrganisationMatch,
    /// It is the deputy of an absent officer.
    Deputy,
    /// Its municipality has delegated this power to a joint body, so it can only refer.
    SupersededByDelegation,
    /// The desk of a joint body that acts for the municipality.
    JointBodyDesk,
    /// The desk of an involved organisation.
    OrganisationDesk,
    /// The LMM takes over what organisations cannot solve together.
    Lmm,
    /// It raises structural problems at its ministry.
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

/// A rejected candidate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Considered {
    /// The resource name of an officer, or of an organisation.
    pub name: String,
    /// The reason.
    pub reason: RejectionReason,
    /// The reason as one Dutch sentence.
    pub explanation: String,
    /// Where to go instead, if known.
    pub see: Option<String>,
}

/// Why a candidate was rejected, the nearest miss first. Public API: listed in `docs/api.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RejectionReason {
    /// The need must name the household's municipality first.
    MunicipalityNeeded,
    /// It explicitly does not handle this.
    NotFor,
    /// It is absent.
    Absent,
    /// Its organisation is suspended.
    Suspended,
    /// Its organisation does not exist on that day: not yet or no longer.
    NotValid,
    /// The organisation that carries the scheme out is not in the register.
    NotInRegister,
    /// The organisation has no reachable desk.
    NoDesk,
    /// It fits, but enough others fit better.
    RankedLower,
    /// It does not work for that municipality.
    OutOfArea,
    /// It handles other schemes.
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
