//! Opening hours ↔ their message and draft.

use jiff::civil::Time;
use register::draft::HoursDraft;
use register::officer::{OpeningHours, Weekday, format_time};

use super::error::ConvertError;
use crate::v1;

impl From<v1::OpeningHours> for HoursDraft {
    fn from(message: v1::OpeningHours) -> Self {
        Self {
            days: message.days,
            from: message.from,
            until: message.until,
        }
    }
}

impl From<&HoursDraft> for v1::OpeningHours {
    fn from(draft: &HoursDraft) -> Self {
        Self {
            days: draft.days.clone(),
            from: draft.from.clone(),
            until: draft.until.clone(),
        }
    }
}

impl From<&OpeningHours> for v1::OpeningHours {
    fn from(hours: &OpeningHours) -> Self {
        Self {
            days: hours.days.iter().map(|day| day.as_str().to_owned()).collect(),
            from: format_time(hours.from),
            until: format_time(hours.until),
        }
    }
}

impl TryFrom<v1::OpeningHours> for OpeningHours {
    type Error = ConvertError;

    fn try_from(message: v1::OpeningHours) -> Result<Self, Self::Error> {
        let days = message.days.iter().map(|day| Weekday::parse(day)).collect::<Option<_>>();
        Ok(Self {
            days: days.ok_or_else(|| ConvertError::new("hours.days", "it is not a day of the week"))?,
            from: read_time("hours.from", &message.from)?,
            until: read_time("hours.until", &message.until)?,
        })
    }
}

fn read_time(field: &str, text: &str) -> Result<Time, ConvertError> {
    Time::strptime("%H:%M", text).map_err(|_| ConvertError::new(field, "it is not a time of the form `HH:MM`"))
}
