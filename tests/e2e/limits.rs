//! Limits: a caller with too many requests is refused, and others are not affected.

use std::time::Duration;

use proto::v1::SearchOfficersRequest;
use tests::node::{Node, NodeOptions};
use tests::refusal::refused;
use tests::world::{CAK, SVB, officers};
use tonic::{Code, Request};
use tonic_types::StatusExt as _;

#[tokio::test]
async fn too_many_requests_are_refused_with_a_retry_delay() {
    let options = NodeOptions::default()
        .with("limits.requests_per_second", "1")
        .with("limits.burst", "20");
    let node = Node::start_with(options).await;
    let busy = node.publisher(CAK);
    // At once: one token comes back every second, so a slow machine would be allowed one call after the other.
    let answers = futures::future::join_all((0..60).map(|_| busy.find("", None))).await;
    let refusal = answers.into_iter().find(Result::is_err);
    let status = refused(refusal.expect("sixty at once exceed the limit"), "RATE_LIMITED");
    assert_eq!(status.code(), Code::ResourceExhausted);
    let delay = status.get_details_retry_info().and_then(|info| info.retry_delay);
    assert!(delay.is_some_and(|delay| delay > Duration::ZERO), "{delay:?}");
    // Each organisation has a limit of its own.
    node.publisher(SVB).find("", None).await.unwrap();
}

#[tokio::test]
async fn a_deadline_is_respected() {
    let node = Node::start().await;
    let professional = node.professional();
    professional.find("", None).await.unwrap();
    let mut request = Request::new(SearchOfficersRequest::default());
    request.set_timeout(Duration::from_nanos(1));
    let status = professional.directory.clone().search_officers(request).await.unwrap_err();
    // Either the node's status, or the client's own if the node's arrives too late.
    assert!(
        matches!(status.code(), Code::DeadlineExceeded | Code::Cancelled),
        "{status:?}"
    );
    professional.find("", None).await.unwrap();
}

#[tokio::test]
async fn the_message_size_limit_is_a_setting() {
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
