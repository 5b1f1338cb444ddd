//! Bytes that no client would send. Each gets a clear response, and the node serves the next caller.

use bytes::Bytes;
use prost::Message as _;
use proto::v1::sync_officers_request::Message;
use proto::v1::{ApplyChangesRequest, ChangeOperation, Officer, SyncOfficersRequest, change_operation};
use tests::caller::{new_request_id, timed};
use tests::node::Node;
use tests::raw::framed;
use tests::refusal::{reason, refused};
use tests::snapshot::Snapshot;
use tests::world::{CAK, PROFESSIONAL_OIN, officer, officers, publisher_oin};

const SEARCH: &str = "/maatwerkregister.v1.DirectoryService/SearchOfficers";
const SYNC: &str = "/maatwerkregister.v1.SyncService/SyncOfficers";

/// More than the limit of a message, 4 MiB.
const TOO_LARGE: usize = 5 * 1024 * 1024;

async fn serves_the_next_caller(node: &Node) {
    node.professional()
        .find("", None)
        .await
        .expect("the node serves the next caller");
}

#[tokio::test]
async fn text_that_is_not_utf_8_is_malformed() {
    let node = Node::start().await;
    let raw = node.raw(PROFESSIONAL_OIN).await;
    // Field 1, `query`, with two bytes that are not UTF-8.
    let status = raw.call(SEARCH, &[0x0A, 0x02, 0xFF, 0xFE]).await.unwrap();
    assert_eq!(
        (status.code(), reason(&status).as_str()),
        (tonic::Code::InvalidArgument, "MALFORMED_MESSAGE"),
        "{status:?}"
    );
    // The connection stays usable.
    assert_eq!(raw.call(SEARCH, &[]).await.unwrap().code(), tonic::Code::Ok);
    serves_the_next_caller(&node).await;
}

#[tokio::test]
async fn invalid_protobuf_is_malformed() {
    let node = Node::start().await;
    let raw = node.raw(PROFESSIONAL_OIN).await;
    let nonsense: [&[u8]; 4] = [
        // A length beyond the end of the message.
        &[0x0A, 0x7F, 0x61],
        // A wire type that does not exist.
        &[0x0F],
        // A number without an end.
        &[0x20, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
        b"GET / HTTP/1.1\r\n\r\n",
    ];
    for message in nonsense {
        let status = raw.call(SEARCH, message).await.unwrap();
        assert_eq!(reason(&status), "MALFORMED_MESSAGE", "{message:?}: {status:?}");
    }
    serves_the_next_caller(&node).await;
}

#[tokio::test]
async fn unknown_fields_are_accepted() {
    let node = Node::start().await;
    let raw = node.raw(PROFESSIONAL_OIN).await;
    // Field 1000, of a later version.
    let status = raw.call(SEARCH, &[0xC2, 0x3E, 0x01, 0x61]).await.unwrap();
    assert_eq!(status.code(), tonic::Code::Ok, "{status:?}");
}

#[tokio::test]
async fn a_description_of_five_megabytes_is_too_large() {
    let node = Node::start().await;
    let publisher = node.publisher(CAK);
    let huge = Officer {
        description: "x".repeat(TOO_LARGE),
        ..officer(CAK, "lang")
    };
    let delta = ApplyChangesRequest {
        organisation: format!("organisations/{CAK}"),
        operations: vec![ChangeOperation {
            operation: Some(change_operation::Operation::Upsert(huge.clone())),
            ..Default::default()
        }],
        request_id: new_request_id(),
        ..Default::default()
    };
    let status = refused(publisher.sync.clone().apply_changes(timed(delta)).await, "MESSAGE_TOO_LARGE");
    assert_eq!(status.code(), tonic::Code::ResourceExhausted);
    refused(
        publisher.publish(CAK, vec![officer(CAK, "kort"), huge]).await,
        "MESSAGE_TOO_LARGE",
    );
    assert!(publisher.find("", None).await.unwrap().is_empty(), "nothing was applied");

    // Below the limit it is a violation like any other.
    let long = Officer {
        description: "x".repeat(1024 * 1024),
        ..officer(CAK, "lang")
    };
    let report = publisher.publish(CAK, vec![long]).await.unwrap();
    let violation = report.violations[0].violation.as_ref().unwrap();
    assert_eq!(
        (violation.field.as_str(), violation.code.as_str()),
        ("description", "TOO_LONG")
    );
    serves_the_next_caller(&node).await;
}

#[tokio::test]
async fn a_cut_stream_applies_nothing() {
    let node = Node::start().await;
    let publisher = node.publisher(CAK);
    publisher.publish(CAK, officers(CAK, 3)).await.unwrap();
    let before = publisher.position().await.unwrap();
    let raw = node.raw(publisher_oin(CAK)).await;
    let messages: Vec<SyncOfficersRequest> = Snapshot::of(CAK, officers(CAK, 50)).messages().collect();

    // In the middle of an entry.
    let mut call = raw.begin(SYNC).await.unwrap();
    for message in &messages[..20] {
        call.send(framed(&message.encode_to_vec()), false).await.unwrap();
    }
    let entry = framed(&messages[20].encode_to_vec());
    call.send(entry.slice(..entry.len() / 2), false).await.unwrap();
    call.reset();

    // Ended properly in the middle of an entry.
    let mut call = raw.begin(SYNC).await.unwrap();
    call.send(framed(&messages[0].encode_to_vec()), false).await.unwrap();
    call.send(entry.slice(..entry.len() / 2), true).await.unwrap();
    let status = call.status().await.unwrap();
    assert_ne!(status.code(), tonic::Code::Ok);
    assert!(
        ["MALFORMED_MESSAGE", "SNAPSHOT_INCOMPLETE"].contains(&reason(&status).as_str()),
        "{status:?}"
    );

    // Ended properly after an entry, without a commit.
    let mut call = raw.begin(SYNC).await.unwrap();
    for message in &messages[..20] {
        call.send(framed(&message.encode_to_vec()), false).await.unwrap();
    }
    call.send(framed(&messages[20].encode_to_vec()), true).await.unwrap();
    assert_eq!(reason(&call.status().await.unwrap()), "SNAPSHOT_INCOMPLETE");

    assert_eq!(publisher.position().await.unwrap(), before);
    serves_the_next_caller(&node).await;
}

#[tokio::test]
async fn garbage_in_a_stream_is_malformed() {
    let node = Node::start().await;
    let raw = node.raw(publisher_oin(CAK)).await;
    let begin = Snapshot::of(CAK, Vec::new()).messages().next().unwrap();
    let mut call = raw.begin(SYNC).await.unwrap();
    call.send(framed(&begin.encode_to_vec()), false).await.unwrap();
    call.send(framed(&[0x12, 0x04, 0x0A, 0x02, 0xFF, 0xFE]), true).await.unwrap();
    let status = call.status().await.unwrap();
    assert_eq!(reason(&status), "MALFORMED_MESSAGE", "{status:?}");

    // An empty message in the stream.
    let nothing = SyncOfficersRequest { message: None };
    let commit = SyncOfficersRequest {
        message: Snapshot::of(CAK, Vec::new()).commit.map(Message::Commit),
    };
    let mut call = raw.begin(SYNC).await.unwrap();
    for message in [begin, nothing] {
        call.send(framed(&message.encode_to_vec()), false).await.unwrap();
    }
    call.send(framed(&commit.encode_to_vec()), true).await.unwrap();
    assert_eq!(reason(&call.status().await.unwrap()), "SNAPSHOT_INCOMPLETE");
    serves_the_next_caller(&node).await;
}

#[tokio::test]
async fn calls_that_do_not_exist_are_unimplemented() {
    let node = Node::start().await;
    let raw = node.raw(PROFESSIONAL_OIN).await;
    for path in [
        "/maatwerkregister.v1.DirectoryService/DropEverything",
        "/maatwerkregister.v1.Nothing/At",
        "/",
    ] {
        let status = raw.call(path, &[]).await.unwrap();
        assert_eq!(status.code(), tonic::Code::Unimplemented, "{path}: {status:?}");
    }
    serves_the_next_caller(&node).await;
}

#[tokio::test]
async fn needs_and_peers_without_content_are_refused() {
    let node = Node::start().await;
    let watch = proto::v1::WatchRoutesRequest::default();
    let answer = node.professional().routing.watch_routes(timed(watch)).await;
    refused(answer.map(|_| ()), "INVALID_REQUEST");
    let mut operator = node.operator();
    let put = proto::v1::PutPeerRequest::default();
    refused(operator.admin.put_peer(timed(put)).await, "INVALID_REQUEST");
    let remove = proto::v1::RemovePeerRequest::default();
    refused(operator.admin.remove_peer(timed(remove)).await, "INVALID_REQUEST");
    serves_the_next_caller(&node).await;
}

#[tokio::test]
async fn garbage_and_silent_connections_block_nobody() {
    use tokio::io::AsyncWriteExt as _;
    let node = Node::start().await;
    let address = node.ready.grpc.trim_start_matches("https://").to_owned();
    let mut silent = Vec::new();
    for _ in 0..50 {
        silent.push(tokio::net::TcpStream::connect(&address).await.unwrap());
    }
    let mut plain = tokio::net::TcpStream::connect(&address).await.unwrap();
    plain
        .write_all(&Bytes::from_static(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"))
        .await
        .unwrap();
    serves_the_next_caller(&node).await;
    drop(silent);
    serves_the_next_caller(&node).await;
}
