//! Publishing a whole set: comparison, application, refusal.

use proto::v1::{ChangeKind, ListOfficersRequest, Officer};
use tests::caller::{Caller, timed};
use tests::node::Node;
use tests::refusal::{fact, refused};
use tests::snapshot::Snapshot;
use tests::world::{CAK, SVB, officer, officer_name, officers};

async fn held(caller: &Caller, organisation: &str) -> Vec<String> {
    let request = timed(ListOfficersRequest {
        parent: format!("organisations/{organisation}"),
        page_size: 500,
        ..Default::default()
    });
    let answer = caller.directory.clone().list_officers(request).await.unwrap().into_inner();
    let officers = answer.entries.into_iter().map(|entry| entry.officer.unwrap().name);
    officers.collect()
}

#[tokio::test]
async fn a_snapshot_applies_the_difference_at_once() {
    let node = Node::start().await;
    let publisher = node.publisher(CAK);
    publisher.publish(CAK, officers(CAK, 4)).await.unwrap();

    let mut second = officers(CAK, 3);
    second[1].description = "Nu met een ander verhaal.".to_owned();
    second.push(officer(CAK, "nieuw"));
    let report = publisher.publish(CAK, second.clone()).await.unwrap();
    assert_eq!(
        (report.created, report.updated, report.unchanged, report.withdrawn),
        (1, 1, 2, 1)
    );
    let mut changes: Vec<_> = report
        .changes
        .iter()
        .map(|change| (change.officer.as_str(), change.kind()))
        .collect();
    changes.sort();
    let expected = [
        (officer_name(CAK, "loket-001"), ChangeKind::Updated),
        (officer_name(CAK, "loket-003"), ChangeKind::Withdrawn),
        (officer_name(CAK, "nieuw"), ChangeKind::Created),
    ];
    assert_eq!(changes, expected.each_ref().map(|(name, kind)| (name.as_str(), *kind)));

    let expected: Vec<String> = second.iter().map(|officer| officer.name.clone()).collect();
    assert_eq!(held(&publisher, CAK).await, expected);
}

#[tokio::test]
async fn the_same_snapshot_twice_makes_no_new_revision() {
    let node = Node::start().await;
    let publisher = node.publisher(CAK);
    let first = publisher.publish(CAK, officers(CAK, 4)).await.unwrap();
    let mut shuffled = officers(CAK, 4);
    shuffled.reverse();
    let second = publisher.publish(CAK, shuffled).await.unwrap();
    assert_eq!(
        (second.created, second.updated, second.unchanged, second.withdrawn),
        (0, 0, 4, 0)
    );
    assert_eq!(second.position, first.position);
}

#[tokio::test]
async fn validate_only_plans_and_changes_nothing() {
    let node = Node::start().await;
    let publisher = node.publisher(CAK);
    let before = publisher.position().await.unwrap();
    let plan = Snapshot::of(CAK, officers(CAK, 4))
        .only_validated()
        .send(&publisher)
        .await
        .unwrap();
    assert!(!plan.applied);
    assert_eq!((plan.created, plan.changes.len()), (4, 4));
    assert_eq!(publisher.position().await.unwrap(), before);
    assert!(held(&publisher, CAK).await.is_empty());
}

#[tokio::test]
async fn mass_withdrawal_needs_its_exact_number() {
    let node = Node::start().await;
    let publisher = node.publisher(CAK);
    publisher.publish(CAK, officers(CAK, 30)).await.unwrap();

    let shorter = || Snapshot::of(CAK, officers(CAK, 20));
    let status = refused(shorter().send(&publisher).await, "MASS_WITHDRAWAL");
    let facts = ["would_withdraw", "held", "allowed"].map(|key| fact(&status, key).unwrap());
    assert_eq!(facts, ["10", "30", "5"]);
    refused(shorter().confirming(9).send(&publisher).await, "MASS_WITHDRAWAL");
    assert_eq!(held(&publisher, CAK).await.len(), 30);

    let report = shorter().confirming(10).send(&publisher).await.unwrap();
    assert_eq!(report.withdrawn, 10);
    assert_eq!(held(&publisher, CAK).await.len(), 20);
}

#[tokio::test]
async fn an_empty_snapshot_needs_confirmation() {
    let node = Node::start().await;
    let publisher = node.publisher(CAK);
    let report = publisher.publish(CAK, Vec::new()).await.unwrap();
    assert_eq!((report.created, report.withdrawn), (0, 0), "there was nothing to withdraw");

    publisher.publish(CAK, officers(CAK, 2)).await.unwrap();
    refused(publisher.publish(CAK, Vec::new()).await, "MASS_WITHDRAWAL");
    assert_eq!(held(&publisher, CAK).await.len(), 2);
    let report = Snapshot::of(CAK, Vec::new()).confirming(2).send(&publisher).await.unwrap();
    assert_eq!(report.withdrawn, 2);
}

#[tokio::test]
async fn a_repeated_request_gets_the_stored_answer() {
    let mut node = Node::start().await;
    let publisher = node.publisher(CAK);
    let request = || Snapshot::of(CAK, officers(CAK, 3)).named("zending-1");
    let first = request().send(&publisher).await.unwrap();
    let second = request().send(&publisher).await.unwrap();
    assert!(second.replayed && !first.replayed);
    assert_eq!((second.created, &second.position), (3, &first.position));

    refused(
        Snapshot::of(CAK, officers(CAK, 4)).named("zending-1").send(&publisher).await,
        "REQUEST_ID_REUSED",
    );
    // Request ids are per caller.
    let other = node.publisher(SVB);
    let report = Snapshot::of(SVB, officers(SVB, 1))
        .named("zending-1")
        .send(&other)
        .await
        .unwrap();
    assert!(report.applied && !report.replayed);

    node.kill().await;
    node.start_again().await;
    let third = request().send(&node.publisher(CAK)).await.unwrap();
    assert!(third.replayed, "the stored answer survives a restart");
}

#[tokio::test]
async fn a_base_that_is_no_longer_current_is_refused() {
    let node = Node::start().await;
    let publisher = node.publisher(CAK);
    let first = publisher.publish(CAK, officers(CAK, 2)).await.unwrap();
    let with_base = |count| Snapshot::of(CAK, officers(CAK, count)).beginning(|begin| begin.base = first.position.clone());

    // A write of another organisation does not make the base outdated.
    node.publisher(SVB).publish(SVB, officers(SVB, 1)).await.unwrap();
    assert!(with_base(3).send(&publisher).await.unwrap().applied);
    let status = refused(with_base(4).send(&publisher).await, "BASE_NOT_CURRENT");
    assert_eq!(status.code(), tonic::Code::Aborted);
}

#[tokio::test]
async fn violations_are_reported_all_at_once_and_nothing_is_applied() {
    let node = Node::start().await;
    let publisher = node.publisher(CAK);
    let good = officer(CAK, "goed");
    let nameless = Officer {
        function_title: String::new(),
        ..officer(CAK, "zonder-functie")
    };
    let misspelt = Officer {
        competences: vec!["EB-WLX".to_owned()],
        ..officer(CAK, "verschreven")
    };
    let foreign = officer(SVB, "van-een-ander");
    let report = publisher.publish(CAK, vec![good, nameless, misspelt, foreign]).await.unwrap();
    assert!(!report.applied);
    assert_eq!(report.violations_total as usize, report.violations.len());
    let found = |index: i32, code: &str| {
        let mut violations = report.violations.iter();
        violations.find_map(|one| {
            let violation = one.violation.as_ref().unwrap();
            (one.index == index && violation.code == code).then_some(violation)
        })
    };
    let missing = found(1, "REQUIRED").unwrap_or_else(|| panic!("{:?}", report.violations));
    assert_eq!(missing.field, "function_title");
    let unknown = found(2, "UNKNOWN_CODE").unwrap_or_else(|| panic!("{:?}", report.violations));
    assert!(
        unknown.field.starts_with("competences") && unknown.message.contains("EB-WLZ"),
        "{unknown:?}"
    );
    assert!(found(3, "FOREIGN_ENTRY").is_some(), "{:?}", report.violations);
    assert!(held(&publisher, CAK).await.is_empty());
}
