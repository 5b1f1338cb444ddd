//! A client that means harm, within what TLS lets it do. Each function is a scenario of `docs/threat-model.md`.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use bytes::{BufMut as _, Bytes, BytesMut};
use prost::encoding::{WireType, encode_key, encode_varint};
use rustls::ClientConfig;
use tokio::io::AsyncReadExt as _;
use tokio::net::{TcpSocket, TcpStream};
use tokio_rustls::client::TlsStream;
use tonic::Status;

use crate::node::Node;
use crate::raw::{RawCall, RawCaller};

/// A message is refused above this size, in bytes.
const MESSAGE_LIMIT: usize = 4 << 20;

/// A hostile client with a valid certificate.
#[derive(Debug)]
pub struct HostileClient {
    raw: RawCaller,
}

impl HostileClient {
    /// Connects with a certificate for `oin`.
    pub async fn connect(node: &Node, oin: &str) -> Self {
        Self {
            raw: node.raw(oin).await,
        }
    }

    /// *Headers without a body*: begins calls of `path` and sends nothing more. The calls stay open while the result is held.
    pub async fn calls_without_a_body(&self, path: &str, count: usize) -> Vec<RawCall> {
        let mut calls = Vec::with_capacity(count);
        for _ in 0..count {
            calls.push(self.raw.begin(path).await.expect("the node accepts headers"));
        }
        calls
    }

    /// *Empty parts*: sends a message that begins with `start` and is filled to the limit with empty values of field `number`.
    pub async fn call_with_empty_parts(&self, path: &str, start: &[u8], number: u32) -> Status {
        self.call(path, &empty_parts(start, number, MESSAGE_LIMIT)).await
    }

    /// Sends one message of these bytes.
    pub async fn call(&self, path: &str, message: &[u8]) -> Status {
        self.raw.call(path, message).await.expect("the node responds")
    }

    /// *Broken off*: sends the first bytes of a message and cancels the call.
    pub async fn break_off_in_a_message(&self, path: &str) {
        let mut call = self.raw.begin(path).await.expect("the node accepts headers");
        let mut begin = BytesMut::from(&[0, 0, 0, 1, 0][..]);
        begin.put_bytes(0x0A, 10);
        call.send(begin.freeze(), false).await.expect("the connection is open");
        self.until_received().await;
        call.reset();
    }

    /// *Hung up*: sends the first bytes of a message and closes the connection.
    pub async fn hang_up_in_a_message(self, path: &str) {
        let mut call = self.raw.begin(path).await.expect("the node accepts headers");
        let begin = Bytes::from_static(&[0, 0, 0, 1, 0, 0x0A]);
        call.send(begin, false).await.expect("the connection is open");
        self.until_received().await;
        self.raw.hang_up();
    }

    /// Waits until the node has received what was sent before: it reads the frames of a connection in order.
    async fn until_received(&self) {
        self.call("/grpc.health.v1.Health/Check", &[]).await;
    }
}

/// A message of `size` bytes: `start`, and then empty values of field `number`.
pub fn empty_parts(start: &[u8], number: u32, size: usize) -> Vec<u8> {
    let mut part = Vec::new();
    encode_key(number, WireType::LengthDelimited, &mut part);
    encode_varint(0, &mut part);
    let count = size.saturating_sub(start.len()) / part.len();
    [start, &part.repeat(count)].concat()
}

/// A field with these bytes: text, or a message.
pub fn field(number: u32, bytes: &[u8]) -> Vec<u8> {
    let mut field = Vec::new();
    encode_key(number, WireType::LengthDelimited, &mut field);
    encode_varint(bytes.len() as u64, &mut field);
    field.extend_from_slice(bytes);
    field
}

/// *Silence*: connections that complete their handshake, as far as the node takes part in it, and then say nothing.
#[derive(Debug, Default)]
pub struct SilentConnections(Vec<TlsStream<TcpStream>>);

impl SilentConnections {
    /// Opens `count` connections to `address` at once. Those that the node closes during the handshake are left out.
    pub async fn open(address: &str, config: &Arc<ClientConfig>, count: usize) -> Self {
        let connections = (0..count).map(|_| crate::wire::connect(address, config.clone()));
        let opened = futures::future::join_all(connections).await;
        Self(opened.into_iter().filter_map(Result::ok).collect())
    }

    /// Waits until the node has closed all of them.
    pub async fn all_closed(self) {
        let until_closed = self.0.into_iter().map(|mut connection| async move {
            let mut ignored = Vec::new();
            // It does not matter in which way the node closes it.
            let _ = connection.read_to_end(&mut ignored).await;
        });
        futures::future::join_all(until_closed).await;
    }
}

/// *Sockets*: opens `count` connections from the address `from` and does not begin a handshake. They stay open while the result is
/// held.
pub async fn open_sockets(address: &str, from: Ipv4Addr, count: usize) -> Vec<TcpStream> {
    let to: SocketAddr = address.trim_start_matches("https://").parse().expect("a node has an address");
    let sockets = (0..count).map(|_| async move {
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::from((from, 0)))?;
        socket.connect(to).await
    });
    let opened = futures::future::join_all(sockets).await;
    opened.into_iter().filter_map(Result::ok).collect()
}
