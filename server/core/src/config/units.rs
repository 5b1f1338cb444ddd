//! Durations and sizes as people write them: `"30s"`, `"5m"`, `"4MiB"`. A number without a unit is refused.

use std::time::Duration;

/// Units of time, in milliseconds.
const DURATIONS: [(&str, u64); 5] = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

/// Units of size, in bytes.
const SIZES: [(&str, u64); 4] = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("B", 1)];

/// Reads a duration. The error begins with "expected" and `expected`, and lists the units.
pub(super) fn parse_duration(text: &str, expected: &str) -> Result<Duration, String> {
    parse(text, &DURATIONS, expected).map(Duration::from_millis)
}

/// Writes a duration in the largest unit that divides it.
pub(super) fn format_duration(value: Duration) -> String {
    format_in(u64::try_from(value.as_millis()).unwrap_or(u64::MAX), &DURATIONS)
}

/// Reads a size in bytes. The error begins with "expected" and `expected`, and lists the units.
pub(super) fn parse_size(text: &str, expected: &str) -> Result<u64, String> {
    parse(text, &SIZES, expected)
}

/// Writes a size in the largest unit that divides it.
pub(super) fn format_size(bytes: u64) -> String {
    format_in(bytes, &SIZES)
}

/// Reads a value as text, numbers too: then the error is about the missing unit and not about the type.
pub(super) fn text<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    #[derive(serde::Deserialize)]
    #[serde(untagged)]
    enum TextOrNumber {
        Text(String),
        Integer(u64),
        Float(f64),
    }
    Ok(match <TextOrNumber as serde::Deserialize>::deserialize(deserializer)? {
        TextOrNumber::Text(text) => text,
        TextOrNumber::Integer(number) => number.to_string(),
        TextOrNumber::Float(number) => number.to_string(),
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

/// The value in the largest unit that divides it; 0 in the smallest unit.
fn format_in(value: u64, units: &[(&str, u64)]) -> String {
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
    fn formatted_values_can_be_parsed() {
        for (text, millis) in [
            ("30s", 30_000),
            ("250ms", 250),
            ("5m", 300_000),
            ("2h", 7_200_000),
            ("30d", 2_592_000_000),
        ] {
            let duration = Duration::from_millis(millis);
            assert_eq!(parse_duration(text, "").unwrap(), duration);
            assert_eq!(format_duration(duration), text);
        }
        assert_eq!(parse_size("4MiB", "").unwrap(), 4 << 20);
        assert_eq!(format_size(4 << 20), "4MiB");
    }

    #[test]
    fn parse_refuses_a_number_without_unit_and_lists_the_units() {
        let refused = parse_duration("30", "a duration").unwrap_err();
        assert!(refused.contains("ms, s, m, h, d"), "{refused}");
        assert!(parse_duration("s", "a duration").is_err());
        assert!(parse_duration("99999999999999999999d", "a duration").is_err());
    }
}
