//! Scores, and the sort key of results.
//!
//! Scores are fixed-point numbers, so sums are exact: the order of results depends neither on the order of summation nor on
//! the distribution of documents over segments and registers.

use std::cmp::{Ordering, Reverse};

use jiff::civil::Date;
use register::identifier::OfficerName;
use register::officer::MandateLevel;
use serde::{Deserialize, Serialize};

/// The scale of scores: weights and scores are multiples of 2⁻¹⁰.
pub const UNIT: i64 = 1024;

/// A score or weight in multiples of 1/[`UNIT`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Score(pub i64);

impl Score {
    /// Zero.
    pub const ZERO: Score = Score(0);

    /// Rounds `value` to a score. For making plans; scoring never uses floating point.
    pub fn rounded(value: f64) -> Self {
        Self((value * UNIT as f64).round() as i64)
    }

    /// Converts to a number for display and for TREC runs.
    pub fn as_f64(self) -> f64 {
        self.0 as f64 / UNIT as f64
    }

    /// Multiplies by a factor in multiples of 1/[`UNIT`], rounding towards zero.
    pub(crate) fn times(self, factor: i64) -> Self {
        Self(self.0 * factor / UNIT)
    }
}

/// The order of results everywhere: score, mandate level, latest verification, name. Independent of the clock.
///
/// The smallest key is the best result.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SortKey {
    /// The score; higher is better.
    pub score: Score,
    /// The highest mandate of the officer.
    pub mandate: MandateLevel,
    /// The day of its last verification; later is better, and none is worst.
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
    fn keys_order_by_score_mandate_verification_and_name() {
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
