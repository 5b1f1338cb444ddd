//! Timestamps and durations: jiff in the domain, `google.protobuf` types on the wire.

use jiff::Timestamp;

use super::error::ConvertError;

/// Converts a timestamp for the wire.
pub fn to_wire_timestamp(moment: Timestamp) -> prost_types::Timestamp {
    // The wire counts nanoseconds forward from the second; jiff gives them the sign of the second.
    let mut seconds = moment.as_second();
    let mut nanos = moment.subsec_nanosecond();
    if nanos < 0 {
        seconds -= 1;
        nanos += 1_000_000_000;
    }
    prost_types::Timestamp { seconds, nanos }
}

/// Converts a timestamp from the wire. `field` is its path, for the error.
pub fn to_timestamp(field: &str, moment: &prost_types::Timestamp) -> Result<Timestamp, ConvertError> {
    let nanos_are_valid = (0..1_000_000_000).contains(&moment.nanos);
    match Timestamp::new(moment.seconds, moment.nanos) {
        Ok(timestamp) if nanos_are_valid => Ok(timestamp),
        _ => Err(ConvertError::new(
            field,
            "it is not a timestamp between the years -9999 and 9999",
        )),
    }
}

/// Converts a duration in milliseconds for the wire.
pub(super) fn from_duration_ms(milliseconds: u64) -> prost_types::Duration {
    prost_types::Duration {
        seconds: i64::try_from(milliseconds / 1_000).unwrap_or(i64::MAX),
        nanos: i32::try_from(milliseconds % 1_000 * 1_000_000).unwrap_or_default(),
    }
}

/// Converts a duration from the wire to whole milliseconds; a negative one gives 0.
pub(super) fn to_duration_ms(duration: &prost_types::Duration) -> u64 {
    let seconds = u64::try_from(duration.seconds).unwrap_or_default();
    let nanos = u64::try_from(duration.nanos).unwrap_or_default();
    seconds.saturating_mul(1_000).saturating_add(nanos / 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nanoseconds_before_1970_count_forward() {
        let moment = Timestamp::new(-2, -250_000_000).unwrap();
        let wire = to_wire_timestamp(moment);
        assert_eq!((wire.seconds, wire.nanos), (-3, 750_000_000));
        assert_eq!(to_timestamp("at", &wire), Ok(moment));
    }

    #[test]
    fn an_invalid_timestamp_is_refused() {
        for (seconds, nanos) in [(i64::MAX, 0), (0, -1), (0, 1_000_000_000)] {
            assert!(to_timestamp("at", &prost_types::Timestamp { seconds, nanos }).is_err());
        }
    }
}
