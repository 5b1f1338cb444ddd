//! Invalid snapshots. Each gets a clear response and applies nothing, and the node serves the next caller.

use proto::v1::sync_officers_request::Message;
use proto::v1::{Officer, Position, SyncCommit, SyncOfficersRequest, SyncReport};
use register::position::{Epoch, Position as DomainPosition, Revision};
use tests::caller::{Caller, timed};
use tests::node::{Node, NodeOptions};
use tests::refusal::refused;
use tests::snapshot::Snapshot;
use tests::world::{CAK, SVB, officer, officers};
use tonic::Status;

async fn send(caller: &Caller, messages: Vec<Message>) -> Result<SyncReport, Status> {
    let messages = messages
        .into_iter()
        .map(|message| SyncOfficersRequest { message: Some(message) });
    let answer = caller.sync.clone().sync_officers(timed(tokio_stream::iter(messages))).await?;
    Ok(answer.into_inner().report.unwrap())
}

/// Asserts that the register is empty and works.
async fn nothing_happened(caller: &Caller) {
    assert!(caller.find("", None).await.unwrap().is_empty());
}

/// The codes of the violations, each with the index of its entry.
fn violations(report: &SyncReport) -> Vec<(i32, String)> {
    let codes = report
        .violations
        .iter()
        .map(|one| (one.index, one.violation.clone().unwrap().code));
    codes.collect()
}

#[tokio::test]
async fn the_order_is_begin_entries_commit() {
    let node = Node::start().await;
    let publisher = node.publisher(CAK);
    let right: Vec<Message> = Snapshot::of(CAK, officers(CAK, 2))
        .messages()
        .map(|one| one.message.unwrap())
        .collect();
    let [begin, first, second, commit] = right.try_into().unwrap();
    let wrong = [
        vec![],
        vec![begin.clone()],
        vec![commit.clone()],
        vec![begin.clone(), first.clone(), second.clone()],
        vec![first.clone(), begin.clone(), second.clone(), commit.clone()],
        vec![begin.clone(), begin.clone(), first.clone(), second.clone(), commit.clone()],
        vec![begin.clone(), first.clone(), second.clone(), commit.clone(), first.clone()],
        vec![begin.clone(), first.clone(), second.clone(), commit.clone(), commit.clone()],
    ];
    for messages in wrong {
        let described = format!("{messages:?}");
        let answer = send(&publisher, messages).await;
        let status = answer.expect_err(&described);
        assert_eq!(
            tests::refusal::reason(&status),
            "SNAPSHOT_INCOMPLETE",
            "{described}: {status:?}"
        );
    }
    nothing_happened(&publisher).await;
}

#[tokio::test]
async fn the_commit_must_agree_in_count_and_digest() {
    let node = Node::start().await;
    let publisher = node.publisher(CAK);
    let with = |change: fn(&mut SyncCommit)| {
        let mut snapshot = Snapshot::of(CAK, officers(CAK, 3));
        snapshot.commit.as_mut().map(change);
        snapshot
    };
    refused(with(|commit| commit.count = 2).send(&publisher).await, "SNAPSHOT_INCOMPLETE");
    refused(with(|commit| commit.count = 4).send(&publisher).await, "SNAPSHOT_INCOMPLETE");
    let status = refused(
        with(|commit| commit.sha256[0] ^= 1).send(&publisher).await,
        "SNAPSHOT_DIGEST_MISMATCH",
    );
    assert_eq!(status.code(), tonic::Code::DataLoss);
    refused(
        with(|commit| commit.sha256.clear()).send(&publisher).await,
        "SNAPSHOT_DIGEST_MISMATCH",
    );
    nothing_happened(&publisher).await;

    // The same entries in another order have another digest.
    let mut snapshot = Snapshot::of(CAK, officers(CAK, 3));
    snapshot.entries.swap(0, 1);
    refused(snapshot.send(&publisher).await, "SNAPSHOT_DIGEST_MISMATCH");
    nothing_happened(&publisher).await;
}

#[tokio::test]
async fn entries_are_validated_and_every_violation_is_named() {
    let node = Node::start().await;
    let publisher = node.publisher(CAK);
    let deputy = |id: &str, deputy: &str| Officer {
        deputy: deputy.to_owned(),
        ..officer(CAK, id)
    };
    let cases: Vec<(Vec<Officer>, i32, &str)> = vec![
        (vec![officer(CAK, "een"), officer(CAK, "een")], 1, "DUPLICATE"),
        (vec![deputy("een", "twee"), deputy("twee", "een")], 0, "DEPUTY_CYCLE"),
        (vec![deputy("een", "een")], 0, "DEPUTY_CYCLE"),
        (vec![deputy("een", "niemand")], 0, "UNKNOWN_REFERENCE"),
        (vec![officer(SVB, "een")], 0, "FOREIGN_ENTRY"),
        (vec![Officer::default()], 0, "REQUIRED"),
        (vec![officer(CAK, "Hoofd Letters")], 0, "MALFORMED"),
    ];
    for (entries, index, code) in cases {
        let report = publisher.publish(CAK, entries.clone()).await.unwrap();
        assert!(!report.applied);
        let found = violations(&report);
        assert!(
            found.contains(&(index, code.to_owned())),
            "{code} is not in {found:?} for {entries:?}"
        );
    }
    nothing_happened(&publisher).await;
}

#[tokio::test]
async fn a_deputy_chain_ends_after_five_steps() {
    let node = Node::start().await;
    let publisher = node.publisher(CAK);
    let chain = |length: usize| -> Vec<Officer> {
        let mut officers = officers(CAK, length + 1);
        for (number, officer) in officers.iter_mut().enumerate().take(length) {
            officer.deputy = format!("loket-{:03}", number + 1);
        }
        officers
    };
    let report = publisher.publish(CAK, chain(6)).await.unwrap();
    assert!(
        violations(&report).iter().any(|(_, code)| code == "DEPUTY_CHAIN_TOO_LONG"),
        "{report:?}"
    );
    assert!(publisher.publish(CAK, chain(5)).await.unwrap().applied);
}

#[tokio::test]
async fn a_snapshot_has_a_limit() {
    let node = Node::start_with(NodeOptions::default().with("limits.entries_per_sync", "10")).await;
    let publisher = node.publisher(CAK);
    assert!(publisher.publish(CAK, officers(CAK, 10)).await.unwrap().applied);
    let status = refused(publisher.publish(CAK, officers(CAK, 11)).await, "TOO_MANY_ENTRIES");
    assert_eq!(status.code(), tonic::Code::ResourceExhausted);
}

#[tokio::test]
async fn an_invalid_begin_is_refused() {
    let node = Node::start().await;
    let publisher = node.publisher(CAK);
    let snapshot = || Snapshot::of(CAK, officers(CAK, 1));
    refused(
        snapshot()
            .beginning(|begin| begin.organisation.clear())
            .send(&publisher)
            .await,
        "INVALID_REQUEST",
    );
    refused(
        snapshot()
            .beginning(|begin| begin.organisation = "CAK".to_owned())
            .send(&publisher)
            .await,
        "INVALID_REQUEST",
    );
    // Every write has a request id, so that it can be repeated safely.
    refused(snapshot().named("").send(&publisher).await, "INVALID_REQUEST");
    refused(snapshot().named(&"x".repeat(65)).send(&publisher).await, "INVALID_REQUEST");
    refused(snapshot().named("met spatie").send(&publisher).await, "INVALID_REQUEST");
    let other_epoch = DomainPosition::new(Epoch::from_uuid(uuid::Uuid::from_u128(7)), Revision(1));
    let with_base = |cookie: Vec<u8>| {
        snapshot().beginning(|begin| {
            begin.base = Some(Position {
                cookie,
                ..Default::default()
            });
        })
    };
    refused(with_base(other_epoch.to_cookie()).send(&publisher).await, "EPOCH_CHANGED");
    refused(with_base(b"onzin".to_vec()).send(&publisher).await, "INVALID_REQUEST");
    nothing_happened(&publisher).await;
}
