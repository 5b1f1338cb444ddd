//! Tests snapshots: the whole set of an organisation, applied or not at all.

use directory::{ApplyChanges, ChangeKind, Expected, SyncOfficers, SyncReport};
use register::officer::ManagedBy;
use register::position::{Epoch, Position, Revision};
use server_core::error::Reason;
use server_core::views::Consistency;

use crate::world::*;

#[tokio::test]
async fn a_snapshot_is_applied_in_one_revision() {
    let world = World::new().await;
    let first = world.sync(officers(&["a", "b", "c"])).await;
    assert_eq!(
        (first.created, first.updated, first.withdrawn, first.applied),
        (3, 0, 0, true)
    );
    let second = world.sync(vec![officer("a"), titled("b", "Anders"), officer("d")]).await;
    assert_eq!(
        (second.created, second.updated, second.unchanged, second.withdrawn),
        (1, 1, 1, 1)
    );
    assert_eq!(second.position.revision, first.position.revision.next());
    let kinds: Vec<_> = second
        .changes
        .iter()
        .map(|change| (change.officer.officer.as_str(), change.kind))
        .collect();
    assert_eq!(
        kinds,
        [
            ("d", ChangeKind::Created),
            ("b", ChangeKind::Updated),
            ("c", ChangeKind::Withdrawn)
        ]
    );
    let held = world
        .directory
        .get_officer(&world.caller(CAK), &name("b"), &Consistency::any())
        .await
        .unwrap();
    assert_eq!(second.changes[1].etag.as_ref(), Some(&held.value.etag));
}

#[tokio::test]
async fn an_unchanged_snapshot_creates_no_revision() {
    let world = World::new().await;
    let first = world.sync(officers(&["a", "b"])).await;
    let again = world.sync(officers(&["b", "a"])).await;
    assert!(again.applied && !again.replayed);
    assert_eq!((again.unchanged, again.position), (2, first.position));
}

#[tokio::test]
async fn a_retry_gets_the_stored_report_unless_its_body_differs() {
    let world = World::new().await;
    let request = snapshot(officers(&["a"]));
    let cak = world.caller(CAK);
    let first = world.directory.sync_officers(&cak, request.clone()).await.unwrap();
    world.sync(officers(&["a", "b"])).await;
    let again = world.directory.sync_officers(&cak, request.clone()).await.unwrap();
    assert!(again.replayed);
    assert_eq!(
        SyncReport {
            replayed: false,
            ..again
        },
        first
    );
    let other = SyncOfficers {
        request_id: request.request_id,
        ..snapshot(officers(&["z"]))
    };
    assert_eq!(
        reason(world.directory.sync_officers(&cak, other).await),
        Reason::RequestIdReused
    );
}

#[tokio::test]
async fn a_snapshot_with_violations_is_not_applied() {
    let world = World::new().await;
    let before = world.directory.position();
    let mut wrong = officers(&["a", "a", "b", "c", "d"]);
    wrong[2].competences = vec!["HUURTOESLG".to_owned()];
    wrong[3].deputy = Some("d".to_owned());
    wrong[4].deputy = Some("c".to_owned());
    let report = world.sync(wrong).await;
    assert!(!report.applied);
    assert_eq!(codes(&report), ["DUPLICATE", "UNKNOWN_CODE", "DEPUTY_CYCLE", "DEPUTY_CYCLE"]);
    assert_eq!(report.violations_total, 4);
    let unknown = &report.violations[1].violation;
    assert!(unknown.message.contains("HUURTOESLAG"), "{}", unknown.message);
    assert_eq!(world.directory.position(), before);
}

#[tokio::test]
async fn a_refused_snapshot_can_be_corrected_under_the_same_id() {
    let world = World::new().await;
    let mut request = snapshot(officers(&["a"]));
    request.officers[0].competences = vec!["NIETS".to_owned()];
    let cak = world.caller(CAK);
    assert!(!world.directory.sync_officers(&cak, request.clone()).await.unwrap().applied);
    let corrected = SyncOfficers {
        request_id: request.request_id,
        ..snapshot(officers(&["a"]))
    };
    assert!(world.directory.sync_officers(&cak, corrected).await.unwrap().applied);
}

#[tokio::test]
async fn mass_withdrawal_requires_the_exact_number() {
    let world = World::new().await;
    world.sync(many(20)).await;
    let refused = world.sync_confirmed(many(10), None).await.unwrap_err();
    assert_eq!(refused.reason(), Reason::MassWithdrawal);
    assert_eq!(
        (
            fact(&refused, "would_withdraw"),
            fact(&refused, "held"),
            fact(&refused, "allowed")
        ),
        ("10", "20", "5")
    );
    assert_eq!(reason(world.sync_confirmed(many(10), Some(9)).await), Reason::MassWithdrawal);
    assert_eq!(world.sync_confirmed(many(10), Some(10)).await.unwrap().withdrawn, 10);
}

#[tokio::test]
async fn an_empty_snapshot_requires_confirmation() {
    let world = World::new().await;
    world.sync(many(3)).await;
    assert_eq!(reason(world.sync_confirmed(vec![], None).await), Reason::MassWithdrawal);
    assert_eq!(world.sync_confirmed(vec![], Some(3)).await.unwrap().withdrawn, 3);
    assert!(world.sync(vec![]).await.applied);
}

#[tokio::test]
async fn validate_only_reports_without_applying() {
    let world = World::new().await;
    let before = world.directory.position();
    let request = SyncOfficers {
        validate_only: true,
        ..snapshot(officers(&["a", "b"]))
    };
    let report = world
        .directory
        .sync_officers(&world.caller(CAK), request.clone())
        .await
        .unwrap();
    assert_eq!((report.applied, report.created, report.position), (false, 2, before));
    assert_eq!(world.directory.position(), before);
    let for_real = SyncOfficers {
        validate_only: false,
        ..request
    };
    assert!(
        world
            .directory
            .sync_officers(&world.caller(CAK), for_real)
            .await
            .unwrap()
            .applied
    );
}

#[tokio::test]
async fn validate_only_reports_the_withdrawals_to_confirm() {
    let world = World::new().await;
    world.sync(many(20)).await;
    let plan = SyncOfficers {
        validate_only: true,
        ..snapshot(many(10))
    };
    let report = world.directory.sync_officers(&world.caller(CAK), plan).await.unwrap();
    assert_eq!(
        (report.applied, report.withdrawn, report.confirm_withdrawals),
        (false, 10, Some(10))
    );
}

#[tokio::test]
async fn a_base_must_be_current() {
    let world = World::new().await;
    let cak = world.caller(CAK);
    let base = world.sync(officers(&["a", "b", "c"])).await.position;
    let with_base = |base: Position, officers| SyncOfficers {
        base: Some(base),
        ..snapshot(officers)
    };
    let next = world
        .directory
        .sync_officers(&cak, with_base(base, officers(&["a", "b"])))
        .await
        .unwrap();
    assert!(next.applied);
    let stale = world
        .directory
        .sync_officers(&cak, with_base(base, officers(&["a"])))
        .await
        .unwrap_err();
    assert_eq!((stale.reason(), fact(&stale, "withdrawn")), (Reason::BaseNotCurrent, "1"));
    assert!(
        world
            .directory
            .sync_officers(&cak, with_base(next.position, officers(&["a", "x"])))
            .await
            .unwrap()
            .applied
    );
    let stale = world
        .directory
        .sync_officers(&cak, with_base(next.position, officers(&["a"])))
        .await;
    assert_eq!(reason(stale), Reason::BaseNotCurrent);

    let future = Position::new(base.epoch, Revision(1_000));
    assert_eq!(
        reason(world.directory.sync_officers(&cak, with_base(future, vec![])).await),
        Reason::PositionInFuture
    );
    let other = Position::new(Epoch::from_uuid(uuid::Uuid::from_u128(9)), base.revision);
    assert_eq!(
        reason(world.directory.sync_officers(&cak, with_base(other, vec![])).await),
        Reason::EpochChanged
    );
}

#[tokio::test]
async fn a_snapshot_cannot_name_officers_managed_on_the_page() {
    let world = World::new().await;
    let on_page = ApplyChanges {
        managed_by: ManagedBy::Page,
        ..delta(vec![upsert(officer("page"), Expected::Whatever)])
    };
    assert!(
        world
            .directory
            .apply_changes(&world.caller(CAK), on_page)
            .await
            .unwrap()
            .applied
    );
    let report = world.sync(officers(&["a"])).await;
    assert_eq!((report.created, report.withdrawn), (1, 0));
    let report = world.sync(officers(&["a", "page"])).await;
    assert_eq!(codes(&report), ["CONTRADICTION"]);
}
