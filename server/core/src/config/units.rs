//! Durations and sizes as people write them: `"30s"`, `"5m"`, `"4MiB"`. A number without a unit is refused.

use std::time::Duration;

/// Units of time, longest name first where one begins with another.
const DURATIONS: [(&str, u64); 5] = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

/// Units of size.
const SIZES: [(&str, u64); 4] = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("B", 1)];

/// For `#[serde(with = "units::duration")]`.
pub(crate) mod duration {
    use super::*;

    pub(crate) fn serialize<S: serde::Serializer>(value: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        let millis = u64::try_from(value.as_millis()).unwrap_or(u64::MAX);
        serializer.serialize_str(&written(millis, &DURATIONS))
    }

    pub(crate) fn deserialize<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        let text = super::text(deserializer)?;
        parse(&text, &DURATIONS, "a duration such as \"30s\" or \"5m\"")
            .map(Duration::from_millis)
            .map_err(serde::de::Error::custom)
    }
}

/// A duration that was written.
pub(super) fn parse_duration(text: &str) -> Result<Duration, String> {
    parse(text, &DURATIONS, "a duration such as \"30s\" or \"500ms\"").map(Duration::from_millis)
}

/// A duration as it would be written.
pub(super) fn show_duration(value: Duration) -> String {
    written(u64::try_from(value.as_millis()).unwrap_or(u64::MAX), &DURATIONS)
}

/// For `#[serde(with = "units::size")]`.
pub(crate) mod size {
    use super::*;

    pub(crate) fn serialize<S: serde::Serializer>(value: &usize, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&written(*value as u64, &SIZES))
    }

    pub(crate) fn deserialize<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
        let text = super::text(deserializer)?;
        let bytes = parse(&text, &SIZES, "a size such as \"4MiB\"").map_err(serde::de::Error::custom)?;
        usize::try_from(bytes).map_err(serde::de::Error::custom)
    }
}

/// The value as text, numbers too, so that the complaint is about the unit and not about the type.
fn text<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    #[derive(serde::Deserialize)]
    #[serde(untagged)]
    enum Written {
        Text(String),
        Whole(u64),
        Broken(f64),
    }
    Ok(match <Written as serde::Deserialize>::deserialize(deserializer)? {
        Written::Text(text) => text,
        Written::Whole(number) => number.to_string(),
        Written::Broken(number) => number.to_string(),
    })
}

fn parse(text: &str, units: &[(&str, u64)], expected: &str) -> Result<u64, String> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let refused = || {
        let names: Vec<&str> = units.iter().map(|(name, _)| *name).collect();
        format!("expected {expected}: a whole number and one of {}", names.join(", "))
    };
    let number: u64 = number.parse().map_err(|_| refused())?;
    let (_, factor) = units.iter().find(|(name, _)| *name == unit.trim()).ok_or_else(refused)?;
    number
        .checked_mul(*factor)
        .ok_or_else(|| "the number is too large".to_owned())
}

/// The value in the largest unit that divides it.
fn written(value: u64, units: &[(&str, u64)]) -> String {
    let (name, factor) = units
        .iter()
        .filter(|(_, factor)| value.is_multiple_of(*factor))
        .max_by_key(|(_, factor)| if value == 0 { u64::MAX - factor } else { *factor })
        .copied()
        .unwrap_or(units[0]);
    format!("{}{name}", value / factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_can_be_read() {
        for (text, millis) in [
            ("30s", 30_000),
            ("250ms", 250),
            ("5m", 300_000),
            ("2h", 7_200_000),
            ("30d", 2_592_000_000),
        ] {
            assert_eq!(parse(text, &DURATIONS, "").unwrap(), millis);
            assert_eq!(written(millis, &DURATIONS), text);
        }
        assert_eq!(parse("4MiB", &SIZES, "").unwrap(), 4 << 20);
        assert_eq!(written(4 << 20, &SIZES), "4MiB");
    }

    #[test]
    fn a_number_without_a_unit_is_refused_with_the_units() {
        let refused = parse("30", &DURATIONS, "a duration").unwrap_err();
        assert!(refused.contains("ms, s, m, h, d"), "{refused}");
        assert!(parse("s", &DURATIONS, "a duration").is_err());
        assert!(parse("99999999999999999999d", &DURATIONS, "a duration").is_err());
    }
}
