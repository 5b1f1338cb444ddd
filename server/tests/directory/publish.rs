//! Publishing: snapshots and deltas, whole or not at all.

use std::time::Duration;

use directory::{ApplyChanges, ChangeKind, Expected, Operation, SyncOfficers, SyncReport, VerifyOfficers};
use register::draft::AbsenceDraft;
use register::entry::Etag;
use register::officer::ManagedBy;
use register::position::{Epoch, Position, Revision};
use server_core::error::Reason;
use server_core::views::Consistency;

use crate::world::*;

fn codes(report: &SyncReport) -> Vec<&str> {
    report.violations.iter().map(|found| found.violation.code.as_str()).collect()
}

#[tokio::test]
async fn a_snapshot_creates_updates_and_withdraws_in_one_revision() {
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
async fn the_same_set_twice_makes_no_revision() {
    let world = World::new().await;
    let first = world.sync(officers(&["a", "b"])).await;
    let again = world.sync(officers(&["b", "a"])).await;
    assert!(again.applied && !again.replayed);
    assert_eq!((again.unchanged, again.position), (2, first.position));
}

#[tokio::test]
async fn a_repeated_request_gets_the_same_answer_and_another_body_is_refused() {
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
async fn all_that_is_wrong_is_reported_and_nothing_is_applied() {
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
async fn a_request_with_violations_can_be_mended_under_the_same_id() {
    let world = World::new().await;
    let mut request = snapshot(officers(&["a"]));
    request.officers[0].competences = vec!["NIETS".to_owned()];
    let cak = world.caller(CAK);
    assert!(!world.directory.sync_officers(&cak, request.clone()).await.unwrap().applied);
    let mended = SyncOfficers {
        request_id: request.request_id,
        ..snapshot(officers(&["a"]))
    };
    assert!(world.directory.sync_officers(&cak, mended).await.unwrap().applied);
}

#[tokio::test]
async fn withdrawing_many_needs_the_exact_number() {
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
async fn an_empty_snapshot_withdraws_nothing_without_the_number() {
    let world = World::new().await;
    world.sync(many(3)).await;
    assert_eq!(reason(world.sync_confirmed(vec![], None).await), Reason::MassWithdrawal);
    assert_eq!(world.sync_confirmed(vec![], Some(3)).await.unwrap().withdrawn, 3);
    assert!(world.sync(vec![]).await.applied);
}

#[tokio::test]
async fn validating_only_says_what_would_be_done() {
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
async fn a_plan_tells_how_many_withdrawals_to_confirm() {
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
async fn a_snapshot_leaves_the_page_alone_and_may_not_name_its_officers() {
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

#[tokio::test]
async fn overlays_survive_a_snapshot() {
    let world = World::new().await;
    world.sync(officers(&["a"])).await;
    let cak = world.caller(CAK);
    let absence = AbsenceDraft {
        from: "2026-12-01T08:00:00Z".to_owned(),
        until: "2026-12-08T08:00:00Z".to_owned(),
    };
    world
        .directory
        .set_presence(&cak, name("a"), vec![absence], request_id())
        .await
        .unwrap();
    let verified = world.directory.verify_officers(&cak, verification(&[], "")).await.unwrap();
    assert_eq!(verified.verified, 1);
    world.sync(vec![titled("a", "Anders")]).await;
    let entry = world
        .directory
        .get_officer(&cak, &name("a"), &Consistency::any())
        .await
        .unwrap()
        .value;
    assert_eq!(entry.presence.absences.len(), 1);
    let verification = entry.verification.as_ref().unwrap();
    assert_eq!(verification.verify_by.to_string(), "2027-05-23");
    assert_eq!(verification.verified_by.as_ref().unwrap().as_str(), CAK);
}

#[tokio::test]
async fn presence_and_verification_say_what_is_wrong() {
    let world = World::new().await;
    world.sync(officers(&["a"])).await;
    let cak = world.caller(CAK);
    let backwards = AbsenceDraft {
        from: "2026-12-08T08:00:00Z".to_owned(),
        until: "2026-12-01T08:00:00Z".to_owned(),
    };
    let set = world
        .directory
        .set_presence(&cak, name("a"), vec![backwards], request_id())
        .await;
    assert_eq!(reason(set), Reason::InvalidRequest);
    let set = world.directory.set_presence(&cak, name("nobody"), vec![], request_id()).await;
    assert_eq!(reason(set), Reason::OfficerNotFound);
    for (names, verify_by) in [
        (vec!["organisations/oorg12369/officers/a"], ""),
        (vec!["organisations/zb000211/officers/nobody"], ""),
        (vec![], "2028-01-01"),
        (vec![], "2026-01-01"),
        (vec![], "morgen"),
    ] {
        let verified = world.directory.verify_officers(&cak, verification(&names, verify_by)).await;
        assert_eq!(reason(verified), Reason::InvalidRequest, "{names:?} {verify_by}");
    }
}

#[tokio::test]
async fn a_delta_applies_only_to_what_the_caller_saw() {
    let world = World::new().await;
    let cak = world.caller(CAK);
    let first = world.sync(officers(&["a"])).await;
    let seen = first.changes[0].etag.clone().unwrap();
    let changed = world
        .directory
        .apply_changes(&cak, delta(vec![upsert(titled("a", "Anders"), Expected::Etag(seen.clone()))]))
        .await
        .unwrap();
    assert_eq!((changed.updated, changed.applied), (1, true));
    let late = delta(vec![upsert(titled("a", "Te laat"), Expected::Etag(seen))]);
    let refused = world.directory.apply_changes(&cak, late).await.unwrap_err();
    assert_eq!(refused.reason(), Reason::EtagMismatch);
    assert_eq!(
        fact(&refused, "current_etag"),
        changed.changes[0].etag.as_ref().unwrap().as_str()
    );
    assert_eq!(fact(&refused, "operation"), "0");

    let again = delta(vec![
        upsert(officer("b"), Expected::Absent),
        upsert(officer("a"), Expected::Absent),
    ]);
    let refused = world.directory.apply_changes(&cak, again).await.unwrap_err();
    assert_eq!((refused.reason(), fact(&refused, "operation")), (Reason::AlreadyExists, "1"));
    let nowhere = world.directory.get_officer(&cak, &name("b"), &Consistency::any()).await;
    assert_eq!(reason(nowhere), Reason::OfficerNotFound);
    let gone = delta(vec![upsert(
        officer("x"),
        Expected::Etag(Etag::parse(&"0".repeat(32)).unwrap()),
    )]);
    assert_eq!(reason(world.directory.apply_changes(&cak, gone).await), Reason::EtagMismatch);
}

#[tokio::test]
async fn a_withdrawal_names_its_successor() {
    let world = World::new().await;
    let cak = world.caller(CAK);
    world.sync(officers(&["a", "b"])).await;
    let report = world
        .directory
        .apply_changes(
            &cak,
            delta(vec![
                withdraw("a", "organisations/zb000211/officers/c"),
                upsert(officer("c"), Expected::Absent),
            ]),
        )
        .await
        .unwrap();
    assert_eq!((report.created, report.withdrawn), (1, 1));
    let refused = world
        .directory
        .get_officer(&cak, &name("a"), &Consistency::any())
        .await
        .unwrap_err();
    assert_eq!(
        (refused.reason(), fact(&refused, "replaced_by")),
        (Reason::OfficerNotFound, "organisations/zb000211/officers/c")
    );
}

#[tokio::test]
async fn a_delta_reports_all_violations_by_operation() {
    let world = World::new().await;
    let cak = world.caller(CAK);
    let mut deputised = officer("a");
    deputised.deputy = Some("b".to_owned());
    world.sync(vec![deputised, officer("b")]).await;
    let mut unknown = officer("n");
    unknown.competences = vec!["NIETS".to_owned()];
    let report = world
        .directory
        .apply_changes(
            &cak,
            delta(vec![
                withdraw("nobody", ""),
                upsert(unknown, Expected::Whatever),
                withdraw("b", "organisations/zb000211/officers/nobody"),
                upsert(officer("b"), Expected::Whatever),
            ]),
        )
        .await
        .unwrap();
    assert!(!report.applied);
    let mut found: Vec<_> = report
        .violations
        .iter()
        .map(|found| (found.index, found.violation.code.as_str()))
        .collect();
    found.sort();
    assert_eq!(
        found,
        [
            (Some(0), "UNKNOWN_REFERENCE"),
            (Some(1), "UNKNOWN_CODE"),
            (Some(2), "UNKNOWN_REFERENCE"),
            (Some(3), "DUPLICATE"),
        ]
    );
    // Who is left behind by a withdrawal counts too.
    let report = world
        .directory
        .apply_changes(&cak, delta(vec![withdraw("b", "")]))
        .await
        .unwrap();
    assert_eq!((report.violations[0].index, report.violations[0].id.as_str()), (None, "a"));
    assert_eq!(codes(&report), ["UNKNOWN_REFERENCE"]);
}

#[tokio::test]
async fn a_delta_is_guarded_like_a_snapshot() {
    let world = World::new().await;
    world.sync(many(20)).await;
    let six = || (0..6).map(|n| withdraw(&format!("o{n:05}"), "")).collect();
    let cak = world.caller(CAK);
    assert_eq!(
        reason(world.directory.apply_changes(&cak, delta(six())).await),
        Reason::MassWithdrawal
    );
    let confirmed = ApplyChanges {
        confirm_withdrawals: Some(6),
        ..delta(six())
    };
    assert_eq!(world.directory.apply_changes(&cak, confirmed).await.unwrap().withdrawn, 6);
}

#[tokio::test]
async fn an_empty_delta_is_refused() {
    let world = World::new().await;
    assert_eq!(
        reason(world.directory.apply_changes(&world.caller(CAK), delta(vec![])).await),
        Reason::InvalidRequest
    );
}

#[tokio::test]
async fn what_was_written_survives_a_restart_and_is_searchable_again() {
    let mut world = World::new().await;
    let written = world.sync(officers(&["a"])).await;
    world.restart().await;
    assert_eq!(world.directory.position(), written.position);
    assert_eq!(world.search("eigen bijdrage", written.position).await, ["a"]);

    // Without its folder the index is built anew.
    let second = world.sync(officers(&["a", "b"])).await;
    world.stop().await;
    std::fs::remove_dir_all(world.index_dir()).unwrap();
    world.restart().await;
    assert_eq!(world.search("eigen bijdrage", second.position).await, ["a", "b"]);
}

#[tokio::test]
async fn a_write_is_kept_although_its_caller_goes_away() {
    let world = World::new().await;
    let before = world.directory.position();
    let (directory, caller) = (world.directory.clone(), world.caller(CAK));
    {
        let mut write = Box::pin(async move { directory.sync_officers(&caller, snapshot(many(200))).await });
        // Long enough to begin, too short to end.
        let _ = tokio::time::timeout(Duration::from_millis(30), &mut write).await;
    }
    world.tasks.shutdown().cancel();
    assert!(world.tasks.ended().await);
    let stored = world.storage.snapshot().await.unwrap().identity().await.unwrap().position;
    assert!(
        stored == before || stored == world.directory.position(),
        "half a write: {stored:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writers_take_turns() {
    let world = World::new().await;
    let before = world.directory.position();
    let write = |n: usize| {
        let (directory, caller) = (world.directory.clone(), world.caller(CAK));
        let delta = delta(vec![upsert(officer(&format!("o{n}")), Expected::Absent)]);
        async move { directory.apply_changes(&caller, delta).await.unwrap().position }
    };
    let mut positions = futures::future::join_all((0..12).map(write)).await;
    positions.sort_by_key(|position| position.revision);
    let revisions: Vec<u64> = positions.iter().map(|position| position.revision.0).collect();
    assert_eq!(
        revisions,
        (before.revision.0 + 1..=before.revision.0 + 12).collect::<Vec<_>>()
    );
    assert_eq!(world.search("eigen bijdrage", positions[11]).await.len(), 10);
    assert_eq!(world.directory.status().await.unwrap().officers, 12);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_request_sent_twice_at_once_is_carried_out_once() {
    let world = World::new().await;
    let request = snapshot(many(20));
    let cak = world.caller(CAK);
    let send = || world.directory.sync_officers(&cak, request.clone());
    let (one, other) = tokio::join!(send(), send());
    let (one, other) = (one.unwrap(), other.unwrap());
    assert_ne!(one.replayed, other.replayed);
    assert_eq!((one.position, one.created), (other.position, other.created));
}

fn delta(operations: Vec<Operation>) -> ApplyChanges {
    ApplyChanges {
        organisation: organisation_id("zb000211"),
        operations,
        request_id: request_id(),
        validate_only: false,
        confirm_withdrawals: None,
        managed_by: ManagedBy::Sync,
    }
}

fn upsert(officer: register::draft::OfficerDraft, expected: Expected) -> Operation {
    Operation::Upsert {
        officer: Box::new(officer),
        expected,
    }
}

fn withdraw(id: &str, replaced_by: &str) -> Operation {
    Operation::Withdraw {
        officer: name(id).to_string(),
        replaced_by: replaced_by.to_owned(),
        expected: Expected::Whatever,
    }
}

fn verification(names: &[&str], verify_by: &str) -> VerifyOfficers {
    VerifyOfficers {
        organisation: organisation_id("zb000211"),
        officers: names.iter().map(|name| (*name).to_owned()).collect(),
        verify_by: verify_by.to_owned(),
        request_id: request_id(),
    }
}
