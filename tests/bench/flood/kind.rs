//! The kinds of floods, each of one OIN.

use std::fmt;
use std::net::Ipv4Addr;

use bytes::Bytes;
use clap::{Args, ValueEnum};
use prost::Message as _;
use proto::v1::sync_officers_request::Message;
use proto::v1::{SyncBegin, SyncOfficersRequest};
use tests::caller::{Caller, new_request_id};
use tests::hostile::{HostileClient, SilentConnections, empty_parts, field, open_sockets};
use tests::node::Node;
use tests::raw::framed;
use tests::wire;
use tests::world::{STRANGER_OIN, SVB, officer, publisher_oin};

use super::flow::Flow;
use super::honest::Questions;

const APPLY: &str = "/maatwerkregister.v1.SyncService/ApplyChanges";
const SEARCH: &str = "/maatwerkregister.v1.DirectoryService/SearchOfficers";
const SYNC: &str = "/maatwerkregister.v1.SyncService/SyncOfficers";

/// The address of the flood of sockets: callers of one address share its connections, and the honest caller has another.
const STRANGE_ADDRESS: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

/// Bytes of a message of empty parts.
const PARTS_BYTES: usize = 4 << 20;

/// Bytes of each snapshot that stays open.
const UPLOAD_BYTES: usize = 4 << 20;

/// A flood of one OIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Flood {
    /// As many searches as the node takes.
    Searches,
    /// Requests that send headers only, from a certificate without a grant.
    HeadersOfStranger,
    /// The same from an OIN with a grant.
    HeadersOfPublisher,
    /// Messages of 4 MiB of empty parts.
    EmptyParts,
    /// Snapshots of 4 MiB without a Commit.
    Uploads,
    /// Connections that say nothing after the handshake.
    Silence,
    /// Connections without a handshake.
    Sockets,
}

/// How large a flood is.
#[derive(Clone, Copy, Debug, Args)]
pub(super) struct FloodSize {
    /// Connections of the flood.
    #[arg(long, default_value_t = 8)]
    pub(super) connections: usize,
    /// Requests at a time in each connection of the flood.
    #[arg(long, default_value_t = 64)]
    pub(super) streams: usize,
    /// Connections of the floods that say nothing.
    #[arg(long, default_value_t = 1_100)]
    pub(super) silent: usize,
}

impl Flood {
    /// All kinds. The worst for the memory of the node come last.
    pub(super) fn all() -> Vec<Self> {
        Self::value_variants().to_vec()
    }

    fn oin(self) -> &'static str {
        match self {
            Self::HeadersOfStranger => STRANGER_OIN,
            _ => publisher_oin(SVB),
        }
    }

    /// Returns whether it takes connections away, so that only a caller that connects anew can tell.
    pub(super) fn needs_new_connections(self) -> bool {
        matches!(self, Self::Silence | Self::Sockets)
    }

    /// Begins the flood, which lasts as long as the result.
    pub(super) async fn start(self, node: &Node, size: FloodSize, questions: &Questions) -> anyhow::Result<Flow> {
        let mut flow = Flow::default();
        let config = wire::client_config(&node.authority, Some(&node.certificate(self.oin())));
        match self {
            Self::Silence => flow.hold(SilentConnections::open(&node.ready.grpc, &config, size.silent).await),
            Self::Sockets => flow.hold(open_sockets(&node.ready.grpc, STRANGE_ADDRESS, size.silent).await),
            _ => {
                for _ in 0..size.connections {
                    let hostile = HostileClient::connect(node, self.oin()).await;
                    let caller = node.caller(self.oin());
                    flow.spawn(self.send(caller, hostile, questions.clone(), size.streams));
                }
            }
        }
        Ok(flow)
    }

    /// Sends `streams` requests at a time over one connection, for ever. Refusals do not stop it.
    async fn send(self, caller: Caller, hostile: HostileClient, questions: Questions, streams: usize) {
        match self {
            Self::Searches => {
                let loops = (0..streams).map(|first| {
                    let (caller, questions) = (caller.clone(), &questions);
                    async move {
                        for question in questions.starting_at(first * 7) {
                            let _ = caller.find(question, None).await;
                        }
                    }
                });
                futures::future::join_all(loops).await;
            }
            Self::HeadersOfStranger | Self::HeadersOfPublisher => loop {
                for call in hostile.calls_without_a_body(SEARCH, streams).await {
                    let _ = call.status().await;
                }
            },
            Self::EmptyParts => loop {
                let start = field(1, format!("organisations/{SVB}").as_bytes());
                let message = empty_parts(&start, 2, PARTS_BYTES);
                let calls = (0..streams.min(4)).map(|_| hostile.call(APPLY, &message));
                futures::future::join_all(calls).await;
            },
            Self::Uploads => {
                let upload = upload();
                let calls = hostile.calls_without_a_body(SYNC, streams).await;
                let open = calls.into_iter().map(|mut call| {
                    let upload = upload.clone();
                    async move {
                        let _ = call.send(upload, false).await;
                        // Ends when the node refuses it; until then it stays open.
                        let _ = call.status().await;
                    }
                });
                futures::future::join_all(open).await;
            }
            // These have no requests.
            Self::Silence | Self::Sockets => {}
        }
    }
}

/// The beginning of a snapshot, of [`UPLOAD_BYTES`], without a Commit.
fn upload() -> Bytes {
    let encoded = |message| framed(&SyncOfficersRequest { message: Some(message) }.encode_to_vec());
    let begin = SyncBegin {
        organisation: format!("organisations/{SVB}"),
        request_id: new_request_id(),
        ..Default::default()
    };
    let mut bytes = encoded(Message::Begin(begin)).to_vec();
    for number in 0.. {
        if bytes.len() >= UPLOAD_BYTES {
            break;
        }
        bytes.extend(encoded(Message::Entry(officer(SVB, &format!("loket-{number}")))));
    }
    bytes.into()
}

impl fmt::Display for Flood {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Searches => "searches",
            Self::HeadersOfStranger => "headers without a body, no grant",
            Self::HeadersOfPublisher => "headers without a body, with a grant",
            Self::EmptyParts => "messages of empty parts",
            Self::Uploads => "snapshots without an end",
            Self::Silence => "silent connections",
            Self::Sockets => "connections without a handshake",
        })
    }
}
