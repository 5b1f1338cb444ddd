//! Deltas: etags, order, guards against mass withdrawal, all or nothing.

use proto::v1::change_operation::Operation;
use proto::v1::{ApplyChangesRequest, ChangeOperation, Officer, SyncReport, WithdrawOfficer};
use tests::caller::{Caller, new_request_id, timed};
use tests::node::Node;
use tests::refusal::{fact, refused};
use tests::world::{CAK, SVB, officer, officer_name, officers};
use tonic::Status;

fn upsert(officer: Officer, etag: &str) -> ChangeOperation {
    ChangeOperation {
        operation: Some(Operation::Upsert(officer)),
        etag: etag.to_owned(),
    }
}

fn withdraw(name: &str, replaced_by: &str) -> ChangeOperation {
    ChangeOperation {
        operation: Some(Operation::Withdraw(WithdrawOfficer {
            officer: name.to_owned(),
            replaced_by: replaced_by.to_owned(),
        })),
        etag: String::new(),
    }
}

fn delta(organisation: &str, operations: Vec<ChangeOperation>) -> ApplyChangesRequest {
    ApplyChangesRequest {
        organisation: format!("organisations/{organisation}"),
        operations,
        request_id: new_request_id(),
        ..Default::default()
    }
}

async fn apply(caller: &Caller, request: ApplyChangesRequest) -> Result<SyncReport, Status> {
    let answer = caller.sync.clone().apply_changes(timed(request)).await?;
    Ok(answer.into_inner().report.unwrap())
}

#[tokio::test]
async fn upserts_and_withdrawals_are_applied_together() {
    let node = Node::start().await;
    let publisher = node.publisher(CAK);
    publisher.publish(CAK, officers(CAK, 3)).await.unwrap();
    let changed = Officer {
        description: "Bijgewerkt.".to_owned(),
        ..officer(CAK, "loket-000")
    };
    let operations = vec![
        upsert(changed, ""),
        upsert(officer(CAK, "nieuw"), "none"),
        withdraw(&officer_name(CAK, "loket-002"), &officer_name(CAK, "nieuw")),
    ];
    let report = apply(&publisher, delta(CAK, operations)).await.unwrap();
    assert_eq!((report.created, report.updated, report.withdrawn), (1, 1, 1));
    assert_eq!(
        publisher.get(&officer_name(CAK, "loket-000")).await.unwrap().description,
        "Bijgewerkt."
    );

    let status = refused(publisher.get(&officer_name(CAK, "loket-002")).await, "OFFICER_NOT_FOUND");
    assert_eq!(fact(&status, "replaced_by"), Some(officer_name(CAK, "nieuw")));
}

#[tokio::test]
async fn an_etag_guards_against_overwriting_another_change() {
    let node = Node::start().await;
    let publisher = node.publisher(CAK);
    let report = publisher.publish(CAK, officers(CAK, 2)).await.unwrap();
    let seen = report.changes[0].etag.clone();
    let change = |text: &str| Officer {
        description: text.to_owned(),
        ..officer(CAK, "loket-000")
    };
    apply(&publisher, delta(CAK, vec![upsert(change("eerst"), &seen)]))
        .await
        .unwrap();

    let operations = vec![upsert(officer(CAK, "nieuw"), ""), upsert(change("later"), &seen)];
    let status = refused(apply(&publisher, delta(CAK, operations)).await, "ETAG_MISMATCH");
    assert_eq!(status.code(), tonic::Code::Aborted);
    assert_eq!(fact(&status, "operation"), Some("1".to_owned()));
    let entry = publisher.get_entry(&officer_name(CAK, "loket-000")).await.unwrap();
    assert_eq!(fact(&status, "current_etag"), Some(entry.etag.clone()));
    assert_eq!(entry.officer.unwrap().description, "eerst");
    refused(publisher.get(&officer_name(CAK, "nieuw")).await, "OFFICER_NOT_FOUND");

    refused(
        apply(&publisher, delta(CAK, vec![upsert(change("x"), "none")])).await,
        "ALREADY_EXISTS",
    );
}

#[tokio::test]
async fn a_delta_is_guarded_against_mass_withdrawal_and_repetition() {
    let node = Node::start().await;
    let publisher = node.publisher(CAK);
    publisher.publish(CAK, officers(CAK, 12)).await.unwrap();
    let names = officers(CAK, 12).into_iter().map(|officer| officer.name).take(6);
    let mut request = delta(CAK, names.map(|name| withdraw(&name, "")).collect());
    request.request_id = "opruimen".to_owned();
    refused(apply(&publisher, request.clone()).await, "MASS_WITHDRAWAL");
    request.confirm_withdrawals = Some(6);
    assert_eq!(apply(&publisher, request.clone()).await.unwrap().withdrawn, 6);
    assert!(apply(&publisher, request).await.unwrap().replayed);
}

#[tokio::test]
async fn many_small_deltas_withdraw_no_more_than_a_large_one() {
    let mut node = Node::start().await;
    let publisher = node.publisher(CAK);
    publisher.publish(CAK, officers(CAK, 40)).await.unwrap();
    let names: Vec<_> = officers(CAK, 40).into_iter().map(|officer| officer.name).collect();
    let two = |at: usize| delta(CAK, names[at..at + 2].iter().map(|name| withdraw(name, "")).collect());
    apply(&publisher, two(0)).await.unwrap();
    apply(&publisher, two(2)).await.unwrap();
    node.restart().await;
    let publisher = node.publisher(CAK);
    let status = refused(apply(&publisher, two(4)).await, "MASS_WITHDRAWAL");
    let facts = ["would_withdraw", "withdrawn_before", "held", "allowed"].map(|key| fact(&status, key).unwrap());
    assert_eq!(facts, ["2", "4", "36", "5"]);
    let remaining = officers(CAK, 34);
    refused(publisher.publish(CAK, remaining).await, "MASS_WITHDRAWAL");
    let mut confirmed = two(4);
    confirmed.confirm_withdrawals = Some(2);
    assert_eq!(apply(&publisher, confirmed).await.unwrap().withdrawn, 2);
}

#[tokio::test]
async fn invalid_operations_are_refused() {
    let node = Node::start().await;
    let publisher = node.publisher(CAK);
    let twice = vec![upsert(officer(CAK, "een"), ""), upsert(officer(CAK, "een"), "")];
    let report = apply(&publisher, delta(CAK, twice)).await;
    let said = format!("{report:?}");
    assert!(said.contains("DUPLICATE"), "{said}");
    let nobody = apply(&publisher, delta(CAK, vec![withdraw(&officer_name(CAK, "niemand"), "")])).await;
    let said = format!("{nobody:?}");
    assert!(
        said.contains("UNKNOWN_REFERENCE") || said.contains("OFFICER_NOT_FOUND"),
        "{said}"
    );
    refused(apply(&publisher, delta(CAK, Vec::new())).await, "INVALID_REQUEST");
    let many = (0..1_001)
        .map(|number| upsert(officer(CAK, &format!("l-{number}")), ""))
        .collect();
    refused(apply(&publisher, delta(CAK, many)).await, "INVALID_REQUEST");
    refused(
        apply(&publisher, delta(SVB, vec![upsert(officer(SVB, "een"), "")])).await,
        "NOT_OWNER",
    );
    assert!(publisher.find("", None).await.unwrap().is_empty());
}

#[tokio::test]
async fn validate_only_plans_and_changes_nothing() {
    let node = Node::start().await;
    let publisher = node.publisher(CAK);
    let mut request = delta(CAK, vec![upsert(officer(CAK, "een"), "")]);
    request.validate_only = true;
    let plan = apply(&publisher, request).await.unwrap();
    assert_eq!((plan.applied, plan.created), (false, 1));
    refused(publisher.get(&officer_name(CAK, "een")).await, "OFFICER_NOT_FOUND");
}
