//! Need: message → draft. Route → its message.

use register::draft::NeedDraft;
use register::resolve::{Considered, Level, Route, Target};
use register::violation::{Violation, ViolationCode, Violations};

use super::name;
use super::text::or_empty;
use super::time::{to_timestamp, to_wire_timestamp};
use super::wire_enum::WireEnum as _;
use crate::v1;

impl TryFrom<v1::Need> for NeedDraft {
    type Error = Vec<Violation>;

    fn try_from(message: v1::Need) -> Result<Self, Self::Error> {
        let mut violations = Violations::new();
        let mut moment = None;
        if let Some(sent) = &message.moment {
            moment = to_timestamp("moment", sent).ok();
            if moment.is_none() {
                let text = "Dit is geen moment; stuur seconden sinds 1970 en 0 tot 999.999.999 nanoseconden.";
                violations.add("moment", ViolationCode::Malformed, text);
            }
        }
        violations.into_result(Some(Self {
            organisation: name::split_organisation_name(&message.organisation),
            competences: message.competences,
            domains: message.domains,
            municipality: message.municipality,
            moment,
        }))
    }
}

impl From<&Route> for v1::Route {
    fn from(route: &Route) -> Self {
        Self {
            targets: route.targets.iter().map(v1::Target::from).collect(),
            considered: route.considered.iter().map(v1::Considered::from).collect(),
            considered_total: i32::try_from(route.considered_total).unwrap_or(i32::MAX),
            valid_until: route.valid_until.map(to_wire_timestamp),
            position: Some(route.position.into()),
            // The use case that queried the registers adds the missing ones.
            gaps: Vec::new(),
        }
    }
}

impl From<&Target> for v1::Target {
    fn from(target: &Target) -> Self {
        let standing_in_for = target.standing_in_for.as_ref();
        Self {
            level: v1::TargetLevel::from(target.level).into(),
            entry: target.entry.as_deref().map(v1::Entry::from),
            organisation: Some(v1::Organisation::from(&*target.organisation)),
            reason: target.reason.as_str().to_owned(),
            explanation: target.explanation.clone(),
            mandate_level: target.mandate_level.map(|level| level.to_number()).unwrap_or_default(),
            reachable_from: target.reachable_from.map(to_wire_timestamp),
            standing_in_for: standing_in_for.map(ToString::to_string).unwrap_or_default(),
            without_mandate: target.without_mandate,
            stale: target.stale,
        }
    }
}

impl From<&Considered> for v1::Considered {
    fn from(considered: &Considered) -> Self {
        Self {
            name: considered.name.clone(),
            reason: considered.reason.as_str().to_owned(),
            explanation: considered.explanation.clone(),
            see: or_empty(considered.see.as_deref()),
        }
    }
}

impl From<Level> for v1::TargetLevel {
    fn from(level: Level) -> Self {
        match level {
            Level::Officer => Self::Officer,
            Level::Deputy => Self::Deputy,
            Level::JointBody => Self::JointBody,
            Level::Desk => Self::Desk,
            Level::Lmm => Self::Lmm,
            Level::Ambassador => Self::Ambassador,
            Level::Let => Self::Let,
        }
    }
}
