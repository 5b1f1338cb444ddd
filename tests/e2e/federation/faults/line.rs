//! What happens to the line: slow, silent, gone, mad, cut.

use std::time::Duration;

use tests::proxy::Fault;

use super::scene::Done::Line;
use super::{Row, Says, hold};

/// Longer than any sign of life is waited for.
const LATE: Duration = Duration::from_secs(12);

const ROWS: [Row; 6] = [
    Row {
        fault: "up",
        done: Line(Fault::None),
        query: Says::Whole,
        replicate: Says::Whole,
    },
    Row {
        fault: "slow",
        done: Line(Fault::Slow(LATE)),
        query: Says::Missing(&["TIMED_OUT", "UNREACHABLE"]),
        replicate: Says::Copy(&["TIMED_OUT", "UNREACHABLE"]),
    },
    Row {
        fault: "black hole",
        done: Line(Fault::BlackHole),
        query: Says::Missing(&["TIMED_OUT", "UNREACHABLE"]),
        replicate: Says::Copy(&["TIMED_OUT", "UNREACHABLE"]),
    },
    Row {
        fault: "refused",
        done: Line(Fault::Refuse),
        query: Says::Missing(&["UNREACHABLE"]),
        replicate: Says::Copy(&["UNREACHABLE"]),
    },
    Row {
        fault: "garbage bytes",
        done: Line(Fault::Garbage),
        query: Says::Missing(&["BAD_ANSWER"]),
        replicate: Says::Copy(&["BAD_ANSWER"]),
    },
    Row {
        fault: "cut in mid-stream",
        done: Line(Fault::CutAfter(300)),
        query: Says::Missing(&["UNREACHABLE"]),
        replicate: Says::Copy(&["UNREACHABLE"]),
    },
];

#[tokio::test]
async fn each_fault_of_the_line_has_its_word_when_the_peer_is_asked() {
    hold("query", &ROWS).await;
}

#[tokio::test]
async fn each_fault_of_the_line_has_its_word_when_the_peer_is_copied() {
    hold("replicate", &ROWS).await;
}
