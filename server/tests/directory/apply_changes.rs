//! Tests deltas: upserts and withdrawals, all or nothing.

use directory::{ApplyChanges, Expected};
use register::entry::Etag;
use server_core::error::Reason;
use server_core::views::Consistency;

use crate::world::*;

#[tokio::test]
async fn a_delta_applies_only_to_the_expected_etags() {
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
    // An officer that stays without its deputy is a violation too.
    let report = world
        .directory
        .apply_changes(&cak, delta(vec![withdraw("b", "")]))
        .await
        .unwrap();
    assert_eq!((report.violations[0].index, report.violations[0].id.as_str()), (None, "a"));
    assert_eq!(codes(&report), ["UNKNOWN_REFERENCE"]);
}

#[tokio::test]
async fn a_delta_is_guarded_against_mass_withdrawal() {
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
async fn withdrawals_count_per_organisation_over_a_window() {
    let mut world = World::new().await;
    world.sync(many(60)).await;
    let cak = world.caller(CAK);
    let withdrawals = |places: std::ops::Range<usize>| places.map(|n| withdraw(&format!("o{n:05}"), "")).collect();
    let one_by_one = |n: usize| delta(withdrawals(n..n + 1));
    for n in 0..6 {
        world.directory.apply_changes(&cak, one_by_one(n)).await.unwrap();
    }
    // The register keeps the count: another process knows it too.
    world.restart().await;
    let refused = world.directory.apply_changes(&cak, one_by_one(6)).await.unwrap_err();
    assert_eq!(refused.reason(), Reason::MassWithdrawal);
    assert_eq!(
        ["would_withdraw", "held", "withdrawn_before", "allowed"].map(|key| fact(&refused, key)),
        ["1", "54", "6", "6"]
    );
    let snapshot = world.sync_confirmed(many(60).split_off(7), None).await.unwrap_err();
    assert_eq!(snapshot.reason(), Reason::MassWithdrawal, "a snapshot counts the same window");
    let plan = ApplyChanges {
        validate_only: true,
        ..one_by_one(6)
    };
    let planned = world.directory.apply_changes(&cak, plan).await.unwrap();
    assert_eq!(planned.confirm_withdrawals, Some(1));
    let confirmed = ApplyChanges {
        confirm_withdrawals: Some(1),
        ..one_by_one(6)
    };
    world.directory.apply_changes(&cak, confirmed).await.unwrap();

    world.advance(jiff::SignedDuration::from_hours(25));
    world.directory.apply_changes(&cak, delta(withdrawals(7..12))).await.unwrap();
}

#[tokio::test]
async fn an_empty_delta_is_refused() {
    let world = World::new().await;
    assert_eq!(
        reason(world.directory.apply_changes(&world.caller(CAK), delta(vec![])).await),
        Reason::InvalidRequest
    );
}
