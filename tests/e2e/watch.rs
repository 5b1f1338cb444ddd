//! Watching changes: ordered, each once, none missing, resumable.

use proto::v1::watch_changes_response::Message;
use proto::v1::{ChangeSet, Position, RevokeGrantRequest, Role, WatchChangesRequest};
use register::position::{Position as DomainPosition, Revision};
use tests::caller::timed;
use tests::node::Node;
use tests::refusal::{reason, refused};
use tests::watch::{Watch, names};
use tests::world::{self, AMSTERDAM, CAK, DUO, SVB, officer, officer_name, officers};

fn revision(set: &ChangeSet) -> u64 {
    set.position.as_ref().unwrap().revision
}

#[tokio::test]
async fn a_watch_sends_the_state_and_then_every_change() {
    let node = Node::start().await;
    node.publisher(SVB).publish(SVB, officers(SVB, 1)).await.unwrap();
    let mut watch = Watch::open(&node.professional(), WatchChangesRequest::default())
        .await
        .unwrap();
    let (state, _) = watch.snapshot().await;
    assert!(
        state.contains(&officer_name(SVB, "loket-000")) && state.contains(&format!("organisations/{CAK}")),
        "{state:?}"
    );

    let publisher = node.publisher(CAK);
    publisher.publish(CAK, officers(CAK, 2)).await.unwrap();
    assert_eq!(
        names(&watch.changes().await),
        [officer_name(CAK, "loket-000"), officer_name(CAK, "loket-001")]
    );
    publisher.publish(CAK, officers(CAK, 1)).await.unwrap();
    assert_eq!(
        names(&watch.changes().await),
        [format!("-{}", officer_name(CAK, "loket-001"))]
    );
}

#[tokio::test]
async fn a_watch_resumes_without_gap_or_repetition() {
    let mut node = Node::start().await;
    let mut position = node.professional().position().await.unwrap();
    let mut seen = Vec::new();
    let mut made = Vec::new();
    for round in 0..3 {
        let publisher = node.publisher(CAK);
        let mut watch = Watch::after(&node.professional(), &position).await;
        for number in 0..4 {
            // One more officer each time: one change per revision.
            let count = round * 4 + number + 1;
            let report = publisher.publish(CAK, officers(CAK, count)).await.unwrap();
            made.push((
                report.position.unwrap().revision,
                officer_name(CAK, &format!("loket-{:03}", count - 1)),
            ));
        }
        // The last change of each round is read after the restart.
        for _ in 0..if round == 0 { 3 } else { 4 } {
            let set = watch.changes().await;
            assert!(!set.more);
            seen.push((revision(&set), names(&set).remove(0)));
            position = set.position.unwrap();
        }
        if round == 1 {
            node.kill().await;
            node.start_again().await;
        } else {
            node.restart().await;
        }
    }
    let mut watch = Watch::after(&node.professional(), &position).await;
    let set = watch.changes().await;
    seen.push((revision(&set), names(&set).remove(0)));
    assert_eq!(seen, made);
}

#[tokio::test]
async fn progress_is_sent_while_nothing_changes() {
    let node = Node::start().await;
    let position = node.professional().position().await.unwrap();
    let request = WatchChangesRequest {
        position: Some(position.clone()),
        organisations: vec![format!("organisations/{SVB}")],
        progress_interval: Some(prost_types::Duration { seconds: 1, nanos: 0 }),
        ..Default::default()
    };
    let mut watch = Watch::open(&node.professional(), request).await.unwrap();
    let Message::Progress(progress) = watch.message().await.unwrap() else {
        panic!("nothing has changed");
    };
    assert_eq!(progress.position, Some(position));

    // A filtered change is not sent, and progress moves past it.
    let report = node.publisher(CAK).publish(CAK, officers(CAK, 1)).await.unwrap();
    let passed = report.position.unwrap().revision;
    loop {
        match watch.message().await.unwrap() {
            Message::Progress(progress) if progress.position.as_ref().unwrap().revision >= passed => break,
            Message::Progress(_) => {}
            other => panic!("not for this filter: {other:?}"),
        }
    }
    node.publisher(SVB).publish(SVB, officers(SVB, 1)).await.unwrap();
    assert_eq!(names(&watch.changes().await), [officer_name(SVB, "loket-000")]);
}

#[tokio::test]
async fn grants_are_never_sent() {
    let node = Node::start().await;
    let professional = node.professional();
    let mut watch = Watch::after(&professional, &professional.position().await.unwrap()).await;
    let grants = vec![world::grant(world::STRANGER_OIN, DUO, &[Role::Lookup])];
    node.operator().put_grants(grants).await.unwrap();
    node.publisher(CAK).publish(CAK, vec![officer(CAK, "een")]).await.unwrap();
    let set = watch.changes().await;
    assert_eq!(names(&set), [officer_name(CAK, "een")], "the grant went by unseen");
}

#[tokio::test]
async fn a_large_change_comes_in_pieces_that_belong_together() {
    let node = Node::start().await;
    let professional = node.professional();
    let mut watch = Watch::after(&professional, &professional.position().await.unwrap()).await;
    let report = node.publisher(CAK).publish(CAK, officers(CAK, 1_200)).await.unwrap();
    let revision = report.position.unwrap().revision;
    let mut count = 0;
    loop {
        let set = watch.changes().await;
        assert_eq!(self::revision(&set), revision);
        assert!(set.changes.len() <= 500);
        count += set.changes.len();
        if !set.more {
            break;
        }
    }
    assert_eq!(count, 1_200);
}

#[tokio::test]
async fn an_unusable_position_is_refused_or_reloaded() {
    let node = Node::start().await;
    let professional = node.professional();
    let here = professional.position().await.unwrap();
    let parsed = DomainPosition::from_cookie(&here.cookie).unwrap();
    let ahead = DomainPosition::new(parsed.epoch, Revision(parsed.revision.0 + 10));
    let elsewhere = DomainPosition::new(
        register::position::Epoch::from_uuid(uuid::Uuid::from_u128(7)),
        parsed.revision,
    );
    for (position, expected) in [(ahead, "POSITION_IN_FUTURE"), (elsewhere, "EPOCH_CHANGED")] {
        let request = |reload| WatchChangesRequest {
            position: Some(Position {
                cookie: position.to_cookie(),
                ..Default::default()
            }),
            reload,
            ..Default::default()
        };
        let refusal = match Watch::open(&professional, request(false)).await {
            Err(status) => status,
            Ok(mut watch) => watch.message().await.unwrap_err(),
        };
        assert_eq!(reason(&refusal), expected);
        let mut watch = Watch::open(&professional, request(true)).await.unwrap();
        let (state, position) = watch.snapshot().await;
        assert!(!state.is_empty());
        assert_eq!(position, here);
    }
    let nonsense = WatchChangesRequest {
        position: Some(Position {
            cookie: b"onzin".to_vec(),
            ..Default::default()
        }),
        ..Default::default()
    };
    refused(Watch::open(&professional, nonsense).await.map(|_| ()), "INVALID_REQUEST");
}

#[tokio::test]
async fn a_watch_ends_with_a_reason_when_the_node_stops() {
    let mut node = Node::start().await;
    let professional = node.professional();
    let mut watch = Watch::after(&professional, &professional.position().await.unwrap()).await;
    node.process().signal("TERM");
    let status = watch.end().await;
    assert_eq!(reason(&status), "SHUTTING_DOWN", "{status:?}");
    assert!(node.process().end().await.success());
}

#[tokio::test]
async fn a_watch_ends_when_its_grant_is_revoked() {
    let node = Node::start().await;
    let professional = node.professional();
    let mut watch = Watch::after(&professional, &professional.position().await.unwrap()).await;
    let request = timed(RevokeGrantRequest {
        oin: world::PROFESSIONAL_OIN.to_owned(),
        organisation: format!("organisations/{AMSTERDAM}"),
    });
    node.operator().admin.revoke_grant(request).await.unwrap();
    node.publisher(CAK).publish(CAK, officers(CAK, 1)).await.unwrap();
    let status = watch.end().await;
    assert_eq!(reason(&status), "UNKNOWN_ORGANISATION", "{status:?}");
    assert_eq!(status.code(), tonic::Code::PermissionDenied);
}
