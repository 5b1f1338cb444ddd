//! The node's clock in the terms of rustls.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use register::clock::Clock;
use rustls::time_provider::TimeProvider;
use rustls_pki_types::UnixTime;

/// Gives rustls the time of the node's clock.
#[derive(Debug)]
pub(super) struct ClockTime(pub(super) Arc<dyn Clock>);

impl TimeProvider for ClockTime {
    fn current_time(&self) -> Option<UnixTime> {
        Some(unix_time(self.0.now()))
    }
}

/// Converts a timestamp, in whole seconds; a time before 1970 becomes 1970.
pub(super) fn unix_time(moment: Timestamp) -> UnixTime {
    let seconds = u64::try_from(moment.as_second()).unwrap_or(0);
    UnixTime::since_unix_epoch(Duration::from_secs(seconds))
}
