//! Tests watches of changes: resuming, filters, and their end.

use std::time::Duration;

use directory::{ChangeWatch, PutGrants, RouteEvent, WatchChanges, WatchMessage, WatchedChange};
use jiff::SignedDuration;
use register::draft::{AbsenceDraft, NeedDraft};
use register::oin::Oin;
use register::organisation::OrganisationStatus;
use register::position::{Epoch, Position, Revision};
use server_core::error::Reason;

use crate::world::*;

fn from(position: Option<Position>) -> WatchChanges {
    WatchChanges {
        position,
        organisations: vec![],
        reload: false,
        progress_interval: Duration::from_secs(60),
    }
}

async fn watch(world: &World, request: WatchChanges) -> ChangeWatch {
    world.directory.watch_changes(world.caller(READER), request).await.unwrap()
}

async fn next(watch: &mut ChangeWatch) -> WatchMessage {
    tokio::time::timeout(Duration::from_secs(20), watch.next())
        .await
        .expect("a message")
        .unwrap()
}

/// Summarises a message in one line.
fn summary(message: &WatchMessage) -> String {
    let changes = |changes: &[WatchedChange]| {
        let summarise = |change: &WatchedChange| match change {
            WatchedChange::Organisation(organisation) => organisation.id.to_string(),
            WatchedChange::Entry(entry) => format!("{}={}", entry.officer.id, entry.officer.function_title),
            WatchedChange::Withdrawal { officer, .. } => format!("-{}", officer.officer),
        };
        changes.iter().map(summarise).collect::<Vec<_>>().join(" ")
    };
    match message {
        WatchMessage::SnapshotBegin { position } => format!("begin {}", position.revision),
        WatchMessage::SnapshotEnd {
            position,
            organisations,
            entries,
        } => {
            format!("end {} {organisations} {entries}", position.revision)
        }
        WatchMessage::Changes {
            position,
            changes: list,
            more,
        } => {
            let revision = position.map_or(0, |position| position.revision.0);
            format!("{revision}{} {}", if *more { "+" } else { "" }, changes(list))
        }
        WatchMessage::Progress { position } => format!("progress {}", position.revision),
    }
}

#[tokio::test]
async fn changes_after_a_position_come_in_order() {
    let world = World::new().await;
    let start = world.directory.position();
    world.sync(vec![titled("a", "Een")]).await;
    world.sync(vec![titled("a", "Twee"), titled("b", "Drie")]).await;
    let mut watch = watch(&world, from(Some(start))).await;
    assert_eq!(summary(&next(&mut watch).await), "2 a=Een");
    assert_eq!(summary(&next(&mut watch).await), "3 b=Drie a=Twee");
    world.sync(vec![titled("b", "Drie")]).await;
    assert_eq!(summary(&next(&mut watch).await), "4 -a");
}

#[tokio::test]
async fn a_watch_without_position_starts_with_the_state() {
    let world = World::new().await;
    world.sync(many(250)).await;
    let mut watch = watch(&world, from(None)).await;
    assert_eq!(summary(&next(&mut watch).await), "begin 2");
    // Changes during the state follow after it.
    world.sync(many(251)).await;
    let mut entries = 0;
    loop {
        match next(&mut watch).await {
            WatchMessage::Changes { position, changes, more } => {
                assert_eq!(position, None);
                entries += changes
                    .iter()
                    .filter(|change| matches!(change, WatchedChange::Entry(_)))
                    .count();
                assert_eq!(more, entries < 250);
            }
            end => {
                assert_eq!(summary(&end), "end 2 5 250");
                break;
            }
        }
    }
    assert!(summary(&next(&mut watch).await).starts_with("3 o00250="));
}

#[tokio::test]
async fn a_large_revision_is_split_into_messages() {
    let world = World::new().await;
    let start = world.directory.position();
    world.sync(many(250)).await;
    let mut watch = watch(&world, from(Some(start))).await;
    let mut pieces = Vec::new();
    for _ in 0..3 {
        let WatchMessage::Changes { position, changes, more } = next(&mut watch).await else {
            panic!("changes")
        };
        pieces.push((position.unwrap().revision.0, changes.len(), more));
    }
    assert_eq!(pieces, [(2, 100, true), (2, 100, true), (2, 50, false)]);
}

#[tokio::test]
async fn a_position_that_cannot_be_resumed_fails_or_reloads() {
    let world = World::new().await;
    let here = world.sync(officers(&["a"])).await.position;
    let cases = [
        (
            Position::new(Epoch::from_uuid(uuid::Uuid::from_u128(9)), here.revision),
            Reason::EpochChanged,
        ),
        (Position::new(here.epoch, Revision(99)), Reason::PositionInFuture),
    ];
    for (position, expected) in cases {
        let refused = world
            .directory
            .watch_changes(world.caller(READER), from(Some(position)))
            .await;
        assert_eq!(reason(refused), expected);
        let reloading = WatchChanges {
            reload: true,
            ..from(Some(position))
        };
        let mut watch = watch(&world, reloading).await;
        assert_eq!(summary(&next(&mut watch).await), "begin 2");
    }
}

#[tokio::test]
async fn a_compacted_position_is_never_skipped() {
    let world = World::new().await;
    let old = world.directory.position();
    world.sync(officers(&["a"])).await;
    world.advance(SignedDuration::from_hours(24 * 31));
    let here = world.sync(officers(&["a", "b"])).await.position;
    assert!(world.directory.compact().await.unwrap() > old.revision);
    let refused = world.directory.watch_changes(world.caller(READER), from(Some(old))).await;
    assert_eq!(reason(refused), Reason::PositionCompacted);
    let reloading = WatchChanges {
        reload: true,
        ..from(Some(old))
    };
    let mut watch = watch(&world, reloading).await;
    assert_eq!(summary(&next(&mut watch).await), format!("begin {}", here.revision));
}

#[tokio::test]
async fn a_filter_drops_other_changes_but_not_progress() {
    let world = World::new().await;
    let start = world.directory.position();
    let request = WatchChanges {
        organisations: vec![organisation_id("oorg12369")],
        progress_interval: Duration::from_millis(50),
        ..from(Some(start))
    };
    let mut watch = watch(&world, request).await;
    let written = world.sync(officers(&["a"])).await.position;
    loop {
        let message = next(&mut watch).await;
        let WatchMessage::Progress { position } = message else {
            panic!("{message:?}")
        };
        if position == written {
            break;
        }
    }
}

#[tokio::test]
async fn grants_are_not_sent() {
    let world = World::new().await;
    let start = world.directory.position();
    let put = PutGrants {
        grants: vec![register::draft::GrantDraft {
            oin: STRANGER.to_owned(),
            organisation: "lmm".to_owned(),
            roles: vec!["publish".to_owned()],
            ..Default::default()
        }],
        request_id: request_id(),
    };
    world.directory.put_grants(&world.caller(OPERATOR), put).await.unwrap();
    world.sync(vec![titled("a", "Een")]).await;
    let mut watch = watch(&world, from(Some(start))).await;
    assert_eq!(summary(&next(&mut watch).await), "3 a=Een");
}

#[tokio::test]
async fn an_overlay_is_sent_with_its_entry() {
    let world = World::new().await;
    let start = world.sync(officers(&["a"])).await.position;
    let absence = AbsenceDraft {
        from: "2026-12-01T08:00:00Z".to_owned(),
        until: "2026-12-08T08:00:00Z".to_owned(),
    };
    world
        .directory
        .set_presence(&world.caller(CAK), name("a"), vec![absence], request_id())
        .await
        .unwrap();
    let mut watch = watch(&world, from(Some(start))).await;
    let WatchMessage::Changes { changes, .. } = next(&mut watch).await else {
        panic!("changes")
    };
    let [WatchedChange::Entry(entry)] = &changes[..] else {
        panic!("{changes:?}")
    };
    assert_eq!(entry.presence.absences.len(), 1);
}

#[tokio::test]
async fn officers_of_a_suspended_organisation_return_after_it() {
    let world = World::new().await;
    world.sync(vec![titled("a", "Een")]).await;
    let operator = world.caller(OPERATOR);
    let id = organisation_id("zb000211");
    let suspended = world
        .directory
        .set_organisation_status(&operator, id.clone(), OrganisationStatus::Suspended)
        .await
        .unwrap();
    let mut late = watch(&world, from(Some(Position::new(suspended.position.epoch, Revision(1))))).await;
    assert_eq!(summary(&next(&mut late).await), "3 zb000211");
    let mut state = watch(&world, from(None)).await;
    let mut messages = Vec::new();
    for _ in 0..3 {
        messages.push(summary(&next(&mut state).await));
    }
    assert!(messages[2].starts_with("end 3 5 0"), "{messages:?}");
    world
        .directory
        .set_organisation_status(&operator, id, OrganisationStatus::Connected)
        .await
        .unwrap();
    assert_eq!(summary(&next(&mut late).await), "4 zb000211 a=Een");
}

#[tokio::test]
async fn a_watch_ends_with_its_grant_certificate_or_node() {
    let world = World::new().await;
    let start = world.directory.position();
    let mut watch = watch(&world, from(Some(start))).await;
    let operator = world.caller(OPERATOR);
    let holder = world.caller(READER).acting.oin().clone();
    let revoke = world.directory.revoke_grant(&operator, holder, organisation_id("gm0363"));
    let (ended, revoked) = tokio::join!(watch.next(), revoke);
    revoked.unwrap();
    assert_eq!(reason(ended), Reason::UnknownOrganisation);

    let mut watch = world.directory.watch_changes(world.caller(CAK), from(None)).await.unwrap();
    *world.judge.0.lock().unwrap() = Some(Reason::CertRevoked);
    next(&mut watch).await;
    assert_eq!(reason(watch.next().await), Reason::CertRevoked);
    *world.judge.0.lock().unwrap() = None;

    let mut watch = world
        .directory
        .watch_changes(world.caller(CAK), from(Some(start)))
        .await
        .unwrap();
    world.tasks.shutdown().cancel();
    assert_eq!(reason(watch.next().await), Reason::ShuttingDown);
}

#[tokio::test]
async fn an_idle_watch_notices_a_revoked_certificate_within_30_seconds() {
    let world = World::new().await;
    let start = world.directory.position();
    let mut watch = watch(&world, from(Some(start))).await;
    tokio::time::pause();
    let started = tokio::time::Instant::now();
    let revoke = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        *world.judge.0.lock().unwrap() = Some(Reason::CertRevoked);
    };
    let (ended, ()) = tokio::join!(watch.next(), revoke);
    assert_eq!(reason(ended), Reason::CertRevoked);
    // Timers round up to the next millisecond.
    assert!(started.elapsed() < Duration::from_secs(31), "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_watched_route_without_a_turn_stands_until_there_is_one() {
    let world = World::new().await;
    world.sync(officers(&["a"])).await;
    let need = NeedDraft {
        competences: vec!["EB-WLZ".to_owned()],
        municipality: "GM0363".to_owned(),
        ..NeedDraft::default()
    };
    let mut watch = world.directory.watch_routes(world.caller(READER), need).await.unwrap();
    // Somebody else keeps every core for longer than a turn is waited for.
    let cores = std::thread::available_parallelism().unwrap().get();
    let releases: Vec<_> = (0..cores)
        .map(|_| {
            let (release, released) = std::sync::mpsc::channel::<()>();
            let tasks = world.tasks.clone();
            world.tasks.spawn(async move {
                let other = Oin::parse(CAK).unwrap();
                tasks.computing(&other, move || released.recv()).await
            });
            release
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(200)).await;
    world.sync(vec![titled("a", "Anders")]).await;
    let next = world.tasks.spawn(async move { watch.next().await });
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert!(!next.is_finished());

    drop(releases);
    let event = tokio::time::timeout(Duration::from_secs(20), next).await.expect("an event");
    match event.unwrap().unwrap() {
        RouteEvent::Route(route) => {
            let entry = route.route.targets[0].entry.as_ref().unwrap();
            assert_eq!(entry.officer.function_title, "Anders");
        }
        RouteEvent::Progress(_) => panic!("the route has changed, but there is only progress"),
    }
    world.stop().await;
}
