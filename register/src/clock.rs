//! The clock, passed as a parameter so that tests can choose the moment.

use std::sync::Mutex;

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};

/// A source of the current time. No other code in the workspace asks the operating system.
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// The current moment.
    fn now(&self) -> Timestamp;

    /// Today's date in the Netherlands, which decides validity, verification and opening hours.
    fn today(&self) -> Date {
        dutch_date(self.now())
    }
}

/// The date in the Netherlands at `moment`.
pub fn dutch_date(moment: Timestamp) -> Date {
    moment.to_zoned(dutch_time_zone()).date()
}

/// Europe/Amsterdam, from the bundled time zone database.
pub fn dutch_time_zone() -> TimeZone {
    TimeZone::get("Europe/Amsterdam").expect("the time zone database is bundled with the binary")
}

/// The operating system's clock.
#[derive(Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    // The only place that asks; all other code receives a clock.
    #[allow(clippy::disallowed_methods)]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A clock that only moves when told to, for tests and for answers as of a given moment.
#[derive(Debug)]
pub struct FixedClock(Mutex<Timestamp>);

impl FixedClock {
    /// Creates a clock that shows `moment`.
    pub fn new(moment: Timestamp) -> Self {
        Self(Mutex::new(moment))
    }

    /// Moves the clock forward by `duration`, or back if it is negative.
    pub fn advance(&self, duration: SignedDuration) {
        let mut now = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *now += duration;
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
