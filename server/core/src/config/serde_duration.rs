//! For `#[serde(with = "serde_duration")]`: a duration such as `"30s"`, in whole milliseconds.

use std::time::Duration;

use super::units;

pub(super) fn serialize<S: serde::Serializer>(value: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&units::format_duration(*value))
}

pub(super) fn deserialize<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let text = units::text(deserializer)?;
    units::parse_duration(&text, "a duration such as \"30s\" or \"5m\"").map_err(serde::de::Error::custom)
}
