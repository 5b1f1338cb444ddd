//! For `#[serde(with = "serde_size")]`: a number of bytes such as `"4MiB"`.

use super::units;

pub(super) fn serialize<S: serde::Serializer>(value: &usize, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&units::format_size(*value as u64))
}

pub(super) fn deserialize<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
    let text = units::text(deserializer)?;
    let bytes = units::parse_size(&text, "a size such as \"4MiB\"").map_err(serde::de::Error::custom)?;
    usize::try_from(bytes).map_err(serde::de::Error::custom)
}
