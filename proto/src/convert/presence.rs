//! Absences ↔ their message and draft.

use register::draft::AbsenceDraft;
use register::presence::{Absence, Presence};

use super::error::ConvertError;
use super::time::{to_timestamp, to_wire_timestamp};
use crate::v1;

impl From<v1::Period> for AbsenceDraft {
    /// A missing or invalid moment becomes a text that the domain refuses.
    fn from(message: v1::Period) -> Self {
        let text = |moment: Option<prost_types::Timestamp>| match moment {
            None => String::new(),
            Some(moment) => match to_timestamp("", &moment) {
                Ok(timestamp) => timestamp.to_string(),
                Err(_) => format!("{}.{}", moment.seconds, moment.nanos),
            },
        };
        Self {
            from: text(message.from),
            until: text(message.until),
        }
    }
}

impl From<&Absence> for v1::Period {
    fn from(absence: &Absence) -> Self {
        Self {
            from: Some(to_wire_timestamp(absence.from)),
            until: Some(to_wire_timestamp(absence.until)),
        }
    }
}

impl TryFrom<v1::Period> for Absence {
    type Error = ConvertError;

    fn try_from(message: v1::Period) -> Result<Self, Self::Error> {
        let moment = |field: &str, moment: Option<prost_types::Timestamp>| {
            to_timestamp(field, &moment.ok_or_else(|| ConvertError::missing(field))?)
        };
        Ok(Self {
            from: moment("absences.from", message.from)?,
            until: moment("absences.until", message.until)?,
        })
    }
}

/// Converts all absences of an officer to messages.
pub(super) fn to_periods(presence: &Presence) -> Vec<v1::Period> {
    presence.absences.iter().map(v1::Period::from).collect()
}

/// Converts all absences of an officer from messages.
pub(super) fn from_periods(periods: Vec<v1::Period>) -> Result<Presence, ConvertError> {
    let absences = periods.into_iter().map(Absence::try_from).collect::<Result<_, _>>()?;
    Ok(Presence { absences })
}
