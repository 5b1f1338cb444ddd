//! Faults of version and clock.

use tests::older_peer::Older as Old;

use super::scene::Injection::{Clock, Older, OwnClock};
use super::scene::Scene;
use super::{ExpectedReport, FaultCase, hold};

const CASES: [FaultCase; 7] = [
    FaultCase {
        name: "older version without federation",
        injection: Older(Old::WithoutFederation),
        query: ExpectedReport::Missing(&["INCOMPATIBLE"]),
        replicate: ExpectedReport::Copy(&["INCOMPATIBLE"]),
    },
    // It can be replicated and asked for its officers, but has no search.
    FaultCase {
        name: "older version without search",
        injection: Older(Old::WithoutSearch),
        query: ExpectedReport::MissingBut("INCOMPATIBLE"),
        replicate: ExpectedReport::Whole,
    },
    FaultCase {
        name: "other contract",
        injection: Older(Old::OtherContract),
        query: ExpectedReport::Missing(&["INCOMPATIBLE"]),
        replicate: ExpectedReport::Copy(&["INCOMPATIBLE"]),
    },
    // Its scores would not be comparable. A replica is scored by the asker.
    FaultCase {
        name: "older lexicon",
        injection: Older(Old::OtherLexicon),
        query: ExpectedReport::MissingBut("INCOMPATIBLE"),
        replicate: ExpectedReport::Whole,
    },
    FaultCase {
        name: "clock 10 minutes ahead",
        injection: Clock(10),
        query: ExpectedReport::Whole,
        replicate: ExpectedReport::Whole,
    },
    FaultCase {
        name: "clock 10 minutes behind",
        injection: Clock(-10),
        query: ExpectedReport::Whole,
        replicate: ExpectedReport::Whole,
    },
    FaultCase {
        name: "own clock 10 minutes ahead, and back",
        injection: OwnClock(10),
        query: ExpectedReport::Whole,
        replicate: ExpectedReport::Whole,
    },
];

#[tokio::test]
async fn other_versions_and_clocks_of_a_query_peer() {
    hold("query", &CASES).await;
}

#[tokio::test]
async fn other_versions_and_clocks_of_a_replica() {
    hold("replicate", &CASES).await;
}

#[tokio::test]
async fn a_different_clock_is_reported() {
    let mut scene = Scene::new("query").await;
    for (minutes, remark) in [(10, "minutes ahead of ours"), (-10, "minutes behind ours")] {
        scene.begin(Clock(minutes)).await;
        scene.is_whole().await;
        let found = scene.check().await;
        assert!(found.ok && found.message.contains(remark), "{found:?}");
    }
}
