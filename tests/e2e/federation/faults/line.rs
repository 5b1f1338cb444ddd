//! Faults of the line: slow, silent, refused, garbage, cut.

use std::time::Duration;

use tests::proxy::Fault;

use super::scene::Injection::Line;
use super::{ExpectedReport, FaultCase, hold};

/// Longer than every timeout of the exchange.
const LATE: Duration = Duration::from_secs(12);

const CASES: [FaultCase; 6] = [
    FaultCase {
        name: "up",
        injection: Line(Fault::None),
        query: ExpectedReport::Whole,
        replicate: ExpectedReport::Whole,
    },
    FaultCase {
        name: "slow",
        injection: Line(Fault::Slow(LATE)),
        query: ExpectedReport::Missing(&["TIMED_OUT", "UNREACHABLE"]),
        replicate: ExpectedReport::Copy(&["TIMED_OUT", "UNREACHABLE"]),
    },
    FaultCase {
        name: "black hole",
        injection: Line(Fault::BlackHole),
        query: ExpectedReport::Missing(&["TIMED_OUT", "UNREACHABLE"]),
        replicate: ExpectedReport::Copy(&["TIMED_OUT", "UNREACHABLE"]),
    },
    FaultCase {
        name: "refused",
        injection: Line(Fault::Refuse),
        query: ExpectedReport::Missing(&["UNREACHABLE"]),
        replicate: ExpectedReport::Copy(&["UNREACHABLE"]),
    },
    FaultCase {
        name: "garbage bytes",
        injection: Line(Fault::Garbage),
        query: ExpectedReport::Missing(&["BAD_ANSWER"]),
        replicate: ExpectedReport::Copy(&["BAD_ANSWER"]),
    },
    FaultCase {
        name: "cut in mid-stream",
        injection: Line(Fault::CutAfter(300)),
        query: ExpectedReport::Missing(&["UNREACHABLE"]),
        replicate: ExpectedReport::Copy(&["UNREACHABLE"]),
    },
];

#[tokio::test]
async fn line_faults_are_reported_for_a_query_peer() {
    hold("query", &CASES).await;
}

#[tokio::test]
async fn line_faults_are_reported_for_a_replica() {
    hold("replicate", &CASES).await;
}
