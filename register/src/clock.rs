//! The clock as a parameter, so that every rule about time can be tested at the moment it matters.

use std::sync::Mutex;

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};

/// What time it is. Nothing else in the workspace asks the operating system.
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// The present moment.
    fn now(&self) -> Timestamp;

    /// Today in the Netherlands, by which validity, verification and opening hours go.
    fn today(&self) -> Date {
        dutch_date(self.now())
    }
}

/// The date in the Netherlands at `moment`.
pub fn dutch_date(moment: Timestamp) -> Date {
    moment.to_zoned(dutch_time_zone()).date()
}

/// Europe/Amsterdam, from the database that is built in.
pub fn dutch_time_zone() -> TimeZone {
    TimeZone::get("Europe/Amsterdam").expect("the time zone database is bundled with the binary")
}

/// The operating system's clock.
#[derive(Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    // The one place that asks: everything else is handed a clock.
    #[allow(clippy::disallowed_methods)]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A clock that stands still until it is moved, for tests and for answering "as of" a moment.
#[derive(Debug)]
pub struct FixedClock(Mutex<Timestamp>);

impl FixedClock {
    /// A clock that shows `moment`.
    pub fn new(moment: Timestamp) -> Self {
        Self(Mutex::new(moment))
    }

    /// Moves the clock by `duration`, back if it is negative.
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
