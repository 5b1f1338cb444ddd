//! A peer that is of another version, or has another clock.

use tests::older::Older as Old;

use super::scene::Done::{Clock, Older, OwnClock};
use super::scene::Scene;
use super::{Row, Says, hold};

const ROWS: [Row; 7] = [
    Row {
        fault: "older version without federation",
        done: Older(Old::WithoutFederation),
        query: Says::Missing(&["INCOMPATIBLE"]),
        replicate: Says::Copy(&["INCOMPATIBLE"]),
    },
    // It can be copied, and asked for whom it has; only a search it does not know.
    Row {
        fault: "older version without search",
        done: Older(Old::WithoutSearch),
        query: Says::MissingBut("INCOMPATIBLE"),
        replicate: Says::Whole,
    },
    Row {
        fault: "other contract",
        done: Older(Old::OtherContract),
        query: Says::Missing(&["INCOMPATIBLE"]),
        replicate: Says::Copy(&["INCOMPATIBLE"]),
    },
    // Its scores would mean something else; a copy is scored here.
    Row {
        fault: "older lexicon",
        done: Older(Old::OtherLexicon),
        query: Says::MissingBut("INCOMPATIBLE"),
        replicate: Says::Whole,
    },
    Row {
        fault: "clock 10 minutes ahead",
        done: Clock(10),
        query: Says::Whole,
        replicate: Says::Whole,
    },
    Row {
        fault: "clock 10 minutes behind",
        done: Clock(-10),
        query: Says::Whole,
        replicate: Says::Whole,
    },
    Row {
        fault: "own clock 10 minutes ahead, and back",
        done: OwnClock(10),
        query: Says::Whole,
        replicate: Says::Whole,
    },
];

#[tokio::test]
async fn another_version_is_said_and_another_clock_does_no_harm_when_the_peer_is_asked() {
    hold("query", &ROWS).await;
}

#[tokio::test]
async fn another_version_is_said_and_another_clock_does_no_harm_when_the_peer_is_copied() {
    hold("replicate", &ROWS).await;
}

#[tokio::test]
async fn a_clock_that_differs_is_remarked_on() {
    let mut scene = Scene::new("query").await;
    for (minutes, remark) in [(10, "minutes ahead of ours"), (-10, "minutes behind ours")] {
        scene.begin(Clock(minutes)).await;
        scene.is_whole().await;
        let found = scene.check().await;
        assert!(found.ok && found.message.contains(remark), "{found:?}");
    }
}
