//! Limits: who asks too much is told when to come back, and others do not suffer.

use std::time::Duration;

use proto::v1::SearchOfficersRequest;
use tests::node::{Node, NodeOptions};
use tests::refusal::refused;
use tests::world::{CAK, SVB, officers};
use tonic::{Code, Request};
use tonic_types::StatusExt as _;

#[tokio::test]
async fn who_asks_too_much_is_told_when_to_come_back() {
    let options = NodeOptions::default()
        .with("limits.requests_per_second", "1")
        .with("limits.burst", "20");
    let node = Node::start_with(options).await;
    let busy = node.publisher(CAK);
    let mut refusals = Vec::new();
    for _ in 0..60 {
        if let Err(status) = busy.find("", None).await {
            refusals.push(status);
        }
    }
    let status = refused(
        Err::<(), _>(refusals.pop().expect("sixty at once are too many")),
        "RATE_LIMITED",
    );
    assert_eq!(status.code(), Code::ResourceExhausted);
    let delay = status.get_details_retry_info().and_then(|info| info.retry_delay);
    assert!(delay.is_some_and(|delay| delay > Duration::ZERO), "{delay:?}");
    // Another organisation has a limit of its own.
    node.publisher(SVB).find("", None).await.unwrap();
}

#[tokio::test]
async fn a_deadline_is_kept() {
    let node = Node::start().await;
    let professional = node.professional();
    professional.find("", None).await.unwrap();
    let mut request = Request::new(SearchOfficersRequest::default());
    request.set_timeout(Duration::from_nanos(1));
    let status = professional.directory.clone().search_officers(request).await.unwrap_err();
    // Ours, or the client's own when the node's answer comes too late for it.
    assert!(
        matches!(status.code(), Code::DeadlineExceeded | Code::Cancelled),
        "{status:?}"
    );
    professional.find("", None).await.unwrap();
}

#[tokio::test]
async fn the_size_of_a_message_is_a_setting() {
    let node = Node::start_with(NodeOptions::default().with("limits.message", "\"64KiB\"")).await;
    let publisher = node.publisher(CAK);
    assert!(
        publisher.publish(CAK, officers(CAK, 500)).await.unwrap().applied,
        "each entry is a message of its own"
    );
    let mut long = officers(CAK, 1);
    long[0].description = "x".repeat(70_000);
    refused(publisher.publish(CAK, long).await, "MESSAGE_TOO_LARGE");
}

#[tokio::test]
async fn many_callers_at_once_are_all_served() {
    let node = Node::start().await;
    node.publisher(CAK).publish(CAK, officers(CAK, 50)).await.unwrap();
    let callers: Vec<_> = (0..20).map(|_| node.professional()).collect();
    let searches = callers
        .iter()
        .flat_map(|caller| (0..10).map(|_| caller.find("wegwijzer", None)));
    for found in futures::future::join_all(searches).await {
        assert_eq!(found.unwrap().len(), 10);
    }
}
