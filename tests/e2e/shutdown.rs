//! SIGTERM with work in progress: the node finishes it, accepts nothing new, and ends in time and with success.

use std::time::{Duration, Instant};

use proto::v1::SearchOfficersRequest;
use tests::eventually::{DEADLINE, eventually};
use tests::node::{Node, NodeOptions};
use tests::refusal::reason;
use tests::snapshot::Snapshot;
use tests::world::{CAK, officer_name, officers};
use tokio_stream::wrappers::ReceiverStream;

#[tokio::test]
async fn a_snapshot_in_progress_is_finished() {
    let mut node = Node::start().await;
    let publisher = node.publisher(CAK);
    let mut messages: Vec<_> = Snapshot::of(CAK, officers(CAK, 50)).messages().collect();
    let commit = messages.pop().unwrap();
    let (sender, receiver) = tokio::sync::mpsc::channel(100);
    let mut sync = publisher.sync.clone();
    // A test may spawn: it has no shutdown to wait for.
    #[allow(clippy::disallowed_methods)]
    let call = tokio::spawn(async move { sync.sync_officers(ReceiverStream::new(receiver)).await });
    for message in messages {
        sender.send(message).await.unwrap();
    }
    // After a response on the same connection, the node has accepted the stream.
    publisher.find("", None).await.unwrap();

    let asked = Instant::now();
    node.process().signal("TERM");
    eventually(DEADLINE, "the node took no new connections", async || {
        match node.operator().position().await {
            Err(_) => Ok(()),
            Ok(_) => Err("it answers"),
        }
    })
    .await;
    sender.send(commit).await.unwrap();
    drop(sender);
    let report = call.await.unwrap().unwrap().into_inner().report.unwrap();
    assert!(report.applied);
    let status = node.process().end().await;
    assert!(status.success(), "{status}\n{}", node.log());
    assert!(asked.elapsed() < Duration::from_secs(20), "{:?}", asked.elapsed());

    node.start_again().await;
    assert!(node.professional().get(&officer_name(CAK, "loket-049")).await.is_ok());
}

#[tokio::test]
async fn searches_in_progress_get_an_answer_or_a_reason() {
    let mut node = Node::start().await;
    node.publisher(CAK).publish(CAK, officers(CAK, 300)).await.unwrap();
    let professional = node.professional();
    let request = SearchOfficersRequest {
        query: "wegwijzer als de regels een huishouden klem zetten".to_owned(),
        page_size: 100,
        ..Default::default()
    };
    professional.search(request.clone()).await.unwrap();
    let searches = futures::future::join_all((0..40).map(|_| professional.search(request.clone())));
    let stop = async {
        node.process().signal("TERM");
    };
    let (answers, ()) = tokio::join!(searches, stop);
    for answer in answers {
        if let Err(status) = answer {
            let is_word = reason(&status) == "SHUTTING_DOWN" || status.code() == tonic::Code::Unavailable;
            assert!(is_word, "{status:?}");
        }
    }
    assert!(node.process().end().await.success(), "{}", node.log());
    assert!(
        !node.folder().join("ready.json").try_exists().unwrap(),
        "who does not serve is not ready"
    );
}

#[tokio::test]
async fn unfinished_calls_are_cut_off_at_the_deadline() {
    let mut node = Node::start_with(NodeOptions::default().with("operation.shutdown_within", "\"2s\"")).await;
    let publisher = node.publisher(CAK);
    let (sender, receiver) = tokio::sync::mpsc::channel(100);
    let mut sync = publisher.sync.clone();
    // A test may spawn: it has no shutdown to wait for.
    #[allow(clippy::disallowed_methods)]
    let call = tokio::spawn(async move { sync.sync_officers(ReceiverStream::new(receiver)).await });
    let begin = Snapshot::of(CAK, officers(CAK, 5)).messages().next().unwrap();
    sender.send(begin).await.unwrap();
    publisher.find("", None).await.unwrap();

    let asked = Instant::now();
    node.process().signal("TERM");
    let status = node.process().end().await;
    assert!(asked.elapsed() < Duration::from_secs(15), "{:?}", asked.elapsed());
    assert_eq!(status.code(), Some(1), "a bad end is no success");
    assert!(call.await.unwrap().is_err());
    drop(sender);

    // The unfinished snapshot was not applied, and the register is intact.
    node.start_again().await;
    assert!(node.professional().find("", None).await.unwrap().is_empty());
}
