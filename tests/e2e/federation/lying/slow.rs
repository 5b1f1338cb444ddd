//! A peer that is slow or holds very much: no search waits longer for it than its budget.

use std::time::Duration;

use proto::v1::{CheckPeersRequest, RegisterState};
use tests::caller::timed;
use tests::lying_peer::{Lie, organisations};

use super::scene::{OFFICERS, Scene, status};

/// The budget of a peer whose share takes most of it.
const BUDGET: Duration = Duration::from_secs(6);

#[tokio::test]
async fn a_share_and_the_description_after_it_have_one_budget() {
    let bounds = vec![("federation.organisations_per_peer", "300".to_owned())];
    let scene = Scene::within("query", Lie::None, "6s", bounds).await;
    scene.is_whole(OFFICERS).await;
    // The share alone is in time. The description that it makes necessary never comes.
    scene.liar.tell(Lie::Slow(BUDGET * 4 / 5));
    let answer = scene.search().await;
    let peer = status(&answer.registers);
    assert_eq!(peer.state(), RegisterState::TimedOut, "{peer:?}");
    let took = Duration::try_from(peer.took.unwrap()).unwrap();
    let range = BUDGET * 4 / 5..BUDGET * 3 / 2;
    assert!(range.contains(&took), "the answer waited {took:?} for it");
    assert_eq!((answer.total, answer.hits.len()), (1, 1), "the other registers answer");
    scene.liar.tell(Lie::None);
    scene.is_whole(OFFICERS).await;
}

/// More organisations than the smallest bound on elements admits.
const VERY_MANY: usize = 45_000;

#[tokio::test]
async fn a_peer_may_hold_as_many_organisations_as_the_setting_says() {
    let lie = Lie::Description(|answer| answer.organisations.extend(organisations(VERY_MANY)));
    let bounds = vec![
        ("federation.organisations_per_peer", "50000".to_owned()),
        ("federation.answer", "\"64MiB\"".to_owned()),
    ];
    let scene = Scene::within("query", lie, "8s", bounds).await;
    let request = timed(CheckPeersRequest {
        registers: vec!["regio".to_owned()],
    });
    let checked = scene.asker.operator().admin.clone().check_peers(request).await;
    let check = checked.unwrap().into_inner().checks.remove(0);
    assert_eq!(check.problem, "", "{check:?}");
}
