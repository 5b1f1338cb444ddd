//! Connections of gRPC: the handshake with a client certificate, and what is known of the caller afterwards.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use register::clock::Clock;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::server::Connected;

use super::NodeTls;
use super::refusal::Refusal;
use super::verifier::watching;
use crate::accept::{Place, Places, accept_each};
use crate::config::ListenSettings;
use crate::identity::Caller;
use crate::lifecycle::Tasks;

/// Connections that have shaken hands and wait to be served.
const WAITING: usize = 64;

/// The connections, as tonic takes them.
pub type Incoming = ReceiverStream<io::Result<Connection>>;

/// Who is at the other end.
#[derive(Clone, Debug)]
pub struct Peer {
    /// From where.
    pub address: SocketAddr,
    /// Who, if the certificate says so. Certificates are always shown: without one there is no connection.
    pub caller: Option<Arc<Caller>>,
}

/// A connection that has shaken hands.
pub struct Connection {
    stream: TlsStream<TcpStream>,
    peer: Peer,
    _place: Place,
    _open: Open,
}

#[cfg(test)]
impl Connection {
    /// How the keys were agreed on.
    pub(super) fn key_exchange(&self) -> Option<rustls::NamedGroup> {
        let (_, session) = self.stream.get_ref();
        session.negotiated_key_exchange_group().map(|group| group.name())
    }
}

/// Accepts on `listener` until the node is asked to stop.
pub fn accept(
    listener: TcpListener,
    tls: Arc<NodeTls>,
    settings: &ListenSettings,
    clock: Arc<dyn Clock>,
    tasks: &Tasks,
) -> Incoming {
    let (ready, incoming) = mpsc::channel(WAITING);
    let places = Places::new(settings.connections);
    let handshake = Handshake {
        tls,
        clock,
        within: settings.handshake_within,
        ready,
    };
    let accepting = tasks.clone();
    tasks.spawn_vital("accept", async move {
        let shutdown = accepting.shutdown().clone();
        let shake_hands = |stream, address, place| {
            let (handshake, shutdown) = (handshake.clone(), shutdown.clone());
            async move {
                tokio::select! {
                    () = shutdown.cancelled() => {}
                    () = handshake.shake_hands(stream, address, place) => {}
                }
            }
        };
        accept_each(listener, &places, &accepting, &shutdown, shake_hands).await;
    });
    ReceiverStream::new(incoming)
}

/// What a handshake needs.
#[derive(Clone)]
struct Handshake {
    tls: Arc<NodeTls>,
    clock: Arc<dyn Clock>,
    within: Duration,
    ready: mpsc::Sender<io::Result<Connection>>,
}

impl Handshake {
    async fn shake_hands(self, stream: TcpStream, address: SocketAddr, place: Place) {
        let handshake = TlsAcceptor::from(self.tls.server_config()).accept(stream);
        let (outcome, seen) = watching(tokio::time::timeout(self.within, handshake)).await;
        let refusal = match outcome {
            Ok(Ok(stream)) => {
                metrics::counter!("mwr_tls_handshakes_total").increment(1);
                let connection = Connection {
                    peer: self.peer(&stream, address),
                    stream,
                    _place: place,
                    _open: Open::new(),
                };
                // The node has stopped if nobody takes it.
                let _ = self.ready.send(Ok(connection)).await;
                return;
            }
            Ok(Err(error)) => Refusal::of(&error),
            Err(_) => Refusal::too_slow(),
        };
        metrics::counter!("mwr_tls_refusals_total", "reason" => refusal.reason).increment(1);
        refusal.log(seen.as_ref());
    }

    fn peer(&self, stream: &TlsStream<TcpStream>, address: SocketAddr) -> Peer {
        let (_, session) = stream.get_ref();
        let chain = session.peer_certificates().unwrap_or_default();
        let chain = chain.iter().map(|certificate| certificate.clone().into_owned()).collect();
        // A certificate without an OIN is answered per call, where words can be said.
        let caller = Caller::new(chain, self.tls.clone(), self.clock.now()).ok().map(Arc::new);
        Peer { address, caller }
    }
}

/// Counts the connection as long as it is there.
struct Open(metrics::Gauge);

impl Open {
    fn new() -> Self {
        let gauge = metrics::gauge!("mwr_connections");
        gauge.increment(1.0);
        Self(gauge)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.decrement(1.0);
    }
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection").field("peer", &self.peer).finish_non_exhaustive()
    }
}

impl Connected for Connection {
    type ConnectInfo = Peer;

    fn connect_info(&self) -> Peer {
        self.peer.clone()
    }
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
