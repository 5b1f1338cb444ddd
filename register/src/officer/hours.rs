//! Opening hours in Europe/Amsterdam.

use jiff::civil::Time;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Opening hours on some days of the week, "ma, di: 09:00-12:30".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpeningHours {
    /// The days.
    pub days: Vec<Weekday>,
    /// Opening time.
    #[serde(serialize_with = "write_time", deserialize_with = "read_time")]
    pub from: Time,
    /// Closing time, on the same day and later than `from`.
    #[serde(serialize_with = "write_time", deserialize_with = "read_time")]
    pub until: Time,
}

/// Days of the week, by the Dutch abbreviations used in files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Weekday {
    /// maandag
    Ma,
    /// dinsdag
    Di,
    /// woensdag
    Wo,
    /// donderdag
    Do,
    /// vrijdag
    Vr,
    /// zaterdag
    Za,
    /// zondag
    Zo,
}

impl Weekday {
    /// Monday to Sunday.
    pub const ALL: [Weekday; 7] = [Self::Ma, Self::Di, Self::Wo, Self::Do, Self::Vr, Self::Za, Self::Zo];

    /// The abbreviation.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ma => "ma",
            Self::Di => "di",
            Self::Wo => "wo",
            Self::Do => "do",
            Self::Vr => "vr",
            Self::Za => "za",
            Self::Zo => "zo",
        }
    }

    /// The day with this abbreviation, if any.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|day| day.as_str() == word)
    }

    /// Converts to the type of the calendar library.
    pub fn to_civil(self) -> jiff::civil::Weekday {
        use jiff::civil::Weekday as Civil;
        match self {
            Self::Ma => Civil::Monday,
            Self::Di => Civil::Tuesday,
            Self::Wo => Civil::Wednesday,
            Self::Do => Civil::Thursday,
            Self::Vr => Civil::Friday,
            Self::Za => Civil::Saturday,
            Self::Zo => Civil::Sunday,
        }
    }
}

/// Parses `HH:MM` strictly.
pub(crate) fn parse_time(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    let two_digits = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
    if !two_digits(hour) || !two_digits(minute) {
        return None;
    }
    Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

/// Formats as `HH:MM`.
pub fn format_time(time: Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

fn write_time<S: Serializer>(time: &Time, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&format_time(*time))
}

fn read_time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Time, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse_time(&text).ok_or_else(|| serde::de::Error::custom("expected a time as `HH:MM`"))
}
