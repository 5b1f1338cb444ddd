//! Snapshots that never end or hold too much: refused with the limit, and their memory is given back.

use bytes::Bytes;
use prost::Message as _;
use proto::v1::sync_officers_request::Message;
use proto::v1::{Officer, SyncBegin, SyncOfficersRequest};
use tests::caller::new_request_id;
use tests::eventually::{DEADLINE, eventually};
use tests::node::{Node, NodeOptions};
use tests::raw::{RawCall, framed};
use tests::refusal::{fact, reason, refused};
use tests::snapshot::Snapshot;
use tests::world::{CAK, DUO, SVB, officer, officers, publisher_oin};
use tonic::Code;

const SYNC: &str = "/maatwerkregister.v1.SyncService/SyncOfficers";

/// An entry that takes this number of bytes on the wire. It is not valid.
const ENTRY: usize = 100_000;

fn large_entries(organisation: &str, count: usize) -> Vec<Officer> {
    let large = |mut officer: Officer| {
        officer.description = "x".repeat(ENTRY);
        officer
    };
    officers(organisation, count).into_iter().map(large).collect()
}

async fn start() -> Node {
    let options = NodeOptions::default()
        .with("writes.bytes_per_upload", "\"1MiB\"")
        .with("writes.bytes_per_oin", "\"2MiB\"")
        .with("writes.bytes_in_uploads", "\"3MiB\"");
    Node::start_with(options).await
}

fn encoded(message: Message) -> Bytes {
    framed(&SyncOfficersRequest { message: Some(message) }.encode_to_vec())
}

/// Sends the beginning of a snapshot with `count` large entries, and leaves the stream open.
async fn hold(node: &Node, organisation: &str, count: usize) -> RawCall {
    let mut call = node.raw(publisher_oin(organisation)).await.begin(SYNC).await.unwrap();
    let begin = SyncBegin {
        organisation: format!("organisations/{organisation}"),
        request_id: new_request_id(),
        ..Default::default()
    };
    call.send(encoded(Message::Begin(begin)), false).await.unwrap();
    for entry in large_entries(organisation, count) {
        call.send(encoded(Message::Entry(entry)), false).await.unwrap();
    }
    call
}

/// Returns the bytes that uploads hold.
async fn upload_bytes(node: &Node) -> usize {
    let metrics = node.metrics().await;
    let line = metrics.lines().find_map(|line| line.strip_prefix("mwr_upload_bytes "));
    line.map_or(0, |number| number.parse().expect("the gauge counts bytes"))
}

/// Waits until the node holds this number of bytes: before that, another upload could take their place.
async fn has_read(node: &Node, bytes: usize) {
    eventually(DEADLINE, "the node holds what was sent", async || {
        match upload_bytes(node).await {
            held if held >= bytes => Ok(()),
            held => Err(held),
        }
    })
    .await;
}

#[tokio::test]
async fn a_snapshot_is_refused_as_soon_as_it_is_too_large() {
    let node = start().await;
    // The stream stays open: the refusal does not wait for its end.
    let status = hold(&node, CAK, 20).await.status().await.unwrap();
    assert_eq!(
        (status.code(), reason(&status).as_str()),
        (Code::ResourceExhausted, "SNAPSHOT_TOO_LARGE")
    );
    assert_eq!(fact(&status, "limit"), Some((1 << 20).to_string()));
    assert!(status.message().contains("1048576 bytes"), "{status:?}");
    // Many empty parts count as much as one large text.
    let mut hollow = officer(CAK, "hol");
    hollow.mandates = vec![proto::v1::Mandate::default(); 500];
    let hollow: Vec<_> = (0..40)
        .map(|number| Officer {
            name: format!("{}{number}", hollow.name),
            ..hollow.clone()
        })
        .collect();
    let status = refused(
        Snapshot::of(CAK, hollow).send(&node.publisher(CAK)).await,
        "SNAPSHOT_TOO_LARGE",
    );
    assert_eq!(status.code(), Code::ResourceExhausted);
    assert!(node.publisher(CAK).publish(CAK, officers(CAK, 3)).await.unwrap().applied);
}

#[tokio::test]
async fn open_snapshots_are_bounded_per_oin_and_for_the_node() {
    let node = start().await;
    let publisher = node.publisher(CAK);
    let held = [hold(&node, CAK, 10).await, hold(&node, CAK, 10).await];
    has_read(&node, 20 * ENTRY).await;
    let status = refused(publisher.publish(CAK, large_entries(CAK, 4)).await, "UPLOADS_FULL");
    assert_eq!(status.code(), Code::ResourceExhausted);
    assert_eq!(fact(&status, "limit"), Some((2 << 20).to_string()));

    // Another organisation is served, until the node itself is full.
    assert!(node.publisher(SVB).publish(SVB, officers(SVB, 3)).await.unwrap().applied);
    let other = hold(&node, SVB, 10).await;
    has_read(&node, 30 * ENTRY).await;
    let third = node.publisher(DUO);
    let status = refused(third.publish(DUO, large_entries(DUO, 4)).await, "UPLOADS_FULL");
    assert_eq!(fact(&status, "limit"), Some((3 << 20).to_string()), "{status:?}");

    // What was held is given back when the streams end, in whatever way.
    held.into_iter().for_each(RawCall::reset);
    drop(other);
    eventually(DEADLINE, "the bytes were given back", async || {
        match upload_bytes(&node).await {
            0 => Ok(()),
            held => Err(held),
        }
    })
    .await;
    assert!(publisher.publish(CAK, officers(CAK, 3)).await.unwrap().applied);
    assert!(third.publish(DUO, officers(DUO, 3)).await.unwrap().applied);
}

/// Returns the resident memory of a process in bytes.
#[cfg(target_os = "linux")]
fn resident(pid: u32) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("the node runs on Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line
        .and_then(|line| line.trim().strip_suffix(" kB"))
        .and_then(|number| number.parse::<usize>().ok());
    kilobytes.expect("the kernel states the resident memory") << 10
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_memory_of_broken_off_snapshots_is_given_back() {
    const STREAMS: usize = 16;
    let mut node = Node::start().await;
    node.publisher(CAK).publish(CAK, officers(CAK, 3)).await.unwrap();
    let pid = node.process().id();
    let before = resident(pid);
    let entries: Vec<_> = officers(CAK, 2_000)
        .into_iter()
        .map(|entry| encoded(Message::Entry(entry)))
        .collect();
    let entries = Bytes::from(entries.concat());
    let mut held = Vec::new();
    for _ in 0..STREAMS {
        let mut call = hold(&node, CAK, 0).await;
        call.send(entries.clone(), false).await.unwrap();
        held.push(call);
    }
    let most = eventually(DEADLINE, "the node holds what was sent", async || {
        let now = resident(pid);
        if now > before + STREAMS * entries.len() {
            Ok(now)
        } else {
            Err(now)
        }
    })
    .await;
    held.into_iter().for_each(RawCall::reset);
    let allowed = before + (most - before) / 3;
    let after = eventually(DEADLINE, "the memory was given back", async || {
        let now = resident(pid);
        if now < allowed { Ok(now) } else { Err((before, most, now)) }
    })
    .await;
    eprintln!("resident bytes: {before} before, {most} with open snapshots, {after} after");
}
