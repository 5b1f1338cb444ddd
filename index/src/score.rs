//! Scores and the one sort key.
//!
//! A score is a whole number of 1/1024 parts, so that sums are exact: the order of a result depends neither on the order
//! of summing nor on how documents lie over segments and registers.

use std::cmp::{Ordering, Reverse};

use jiff::civil::Date;
use register::identifier::OfficerName;
use register::officer::MandateLevel;
use serde::{Deserialize, Serialize};

/// Parts of one: weights and scores are multiples of 2⁻¹⁰.
pub const UNIT: i64 = 1024;

/// A score or weight in parts of [`UNIT`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Score(pub i64);

impl Score {
    /// Nothing.
    pub const ZERO: Score = Score(0);

    /// The nearest score to `value`. Used where plans are made, never where they are scored.
    pub fn rounded(value: f64) -> Self {
        Self((value * UNIT as f64).round() as i64)
    }

    /// As a number for people and for a TREC run.
    pub fn as_f64(self) -> f64 {
        self.0 as f64 / UNIT as f64
    }

    /// This score times a factor in parts of [`UNIT`], rounded down.
    pub(crate) fn times(self, factor: i64) -> Self {
        Self(self.0 * factor / UNIT)
    }
}

/// By what results are ordered, everywhere: score, mandate level, newest verification, name. Never the clock.
///
/// The order of keys is the order of results: the least key is the best result.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SortKey {
    /// The score; higher is better.
    pub score: Score,
    /// The highest mandate of the officer.
    pub mandate: MandateLevel,
    /// When it was last verified; newer is better, never is worst.
    pub verified_on: Option<Date>,
    /// The register-wide name.
    pub name: OfficerName,
}

impl Ord for SortKey {
    fn cmp(&self, other: &Self) -> Ordering {
        (Reverse(self.score), self.mandate, Reverse(self.verified_on), &self.name).cmp(&(
            Reverse(other.score),
            other.mandate,
            Reverse(other.verified_on),
            &other.name,
        ))
    }
}

impl PartialOrd for SortKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(score: i64, mandate: MandateLevel, day: Option<Date>, officer: &str) -> SortKey {
        let name = OfficerName::parse(&format!("organisations/zb000211/officers/{officer}")).unwrap();
        SortKey {
            score: Score(score),
            mandate,
            verified_on: day,
            name,
        }
    }

    #[test]
    fn score_goes_before_mandate_before_verification_before_name() {
        let day = |day| Some(Date::constant(2026, 5, day));
        let ordered = [
            key(9, MandateLevel::Refer, None, "z"),
            key(5, MandateLevel::Decide, None, "y"),
            key(5, MandateLevel::Advise, day(9), "x"),
            key(5, MandateLevel::Advise, day(2), "w"),
            key(5, MandateLevel::Advise, None, "a"),
            key(5, MandateLevel::Advise, None, "b"),
        ];
        assert!(ordered.is_sorted());
    }
}
