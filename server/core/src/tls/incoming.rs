//! gRPC connections: the handshake with a client certificate, and the identity of the caller.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use register::clock::Clock;
use register::oin::Oin;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::server::Connected;

use super::NodeTls;
use super::refusal::HandshakeRefusal;
use super::verifier::recording;
use crate::accept::{ConnectionLimit, ConnectionPermit, accept_each};
use crate::admission::{Admission, Place, Places};
use crate::config::ListenSettings;
use crate::first_request::{FirstRequest, ImpatientStream};
use crate::identity::Caller;
use crate::lifecycle::Tasks;
use crate::repeated_warning::RepeatedWarning;

/// The capacity of the queue of connections that completed their handshake.
const WAITING: usize = 64;

/// How long a refused client has to read the alert.
const ALERT_READ_WITHIN: Duration = Duration::from_secs(1);

/// The stream of connections for tonic.
pub type Incoming = ReceiverStream<io::Result<Connection>>;

/// The client of a connection.
#[derive(Clone, Debug)]
pub struct ClientInfo {
    /// Its address.
    pub address: SocketAddr,
    /// Its identity, if its certificate has an OIN. Connections without a client certificate are refused.
    pub caller: Option<Arc<Caller>>,
    /// Whether it has sent a request: the layer in front of the services records that.
    pub first_request: FirstRequest,
}

/// A connection that completed its handshake.
pub struct Connection {
    stream: ImpatientStream<TlsStream<TcpStream>>,
    peer: ClientInfo,
    _permit: ConnectionPermit,
    _of_oin: Place<Option<Oin>>,
    _open: OpenGauge,
}

#[cfg(test)]
impl Connection {
    /// The negotiated key exchange.
    pub(super) fn key_exchange(&self) -> Option<rustls::NamedGroup> {
        let (_, session) = self.stream.get_ref().get_ref();
        session.negotiated_key_exchange_group().map(|group| group.name())
    }
}

/// Accepts connections on `listener` until shutdown.
pub fn accept(
    listener: TcpListener,
    tls: Arc<NodeTls>,
    settings: &ListenSettings,
    clock: Arc<dyn Clock>,
    tasks: &Tasks,
) -> Incoming {
    let (ready, incoming) = mpsc::channel(WAITING);
    let limit = ConnectionLimit::new("grpc", settings);
    let of_oins = Places {
        total: settings.connections,
        per_caller: settings.connections_per_oin,
        queue: 0,
    };
    let handshake = Handshake {
        tls,
        clock,
        within: settings.handshake_within,
        request_within: settings.first_request_within,
        of_oins: Admission::new(of_oins),
        too_many: Arc::default(),
        ready,
    };
    let accepting = tasks.clone();
    tasks.spawn_vital("accept", async move {
        let shutdown = accepting.shutdown().clone();
        let until = shutdown.clone();
        let shake_hands = move |stream, address, permit| {
            let (handshake, until) = (handshake.clone(), until.clone());
            async move {
                tokio::select! {
                    () = until.cancelled() => {}
                    () = handshake.shake_hands(stream, address, permit) => {}
                }
            }
        };
        accept_each(listener, &limit, &accepting, &shutdown, shake_hands).await;
    });
    ReceiverStream::new(incoming)
}

/// The context of a handshake.
#[derive(Clone)]
struct Handshake {
    tls: Arc<NodeTls>,
    clock: Arc<dyn Clock>,
    within: Duration,
    request_within: Duration,
    /// The connections of each OIN; those without one share a limit.
    of_oins: Admission<Option<Oin>>,
    too_many: Arc<RepeatedWarning>,
    ready: mpsc::Sender<io::Result<Connection>>,
}

impl Handshake {
    async fn shake_hands(self, stream: TcpStream, address: SocketAddr, permit: ConnectionPermit) {
        let handshake = TlsAcceptor::from(self.tls.server_config()).accept(stream).into_fallible();
        let (outcome, seen) = recording(tokio::time::timeout(self.within, handshake)).await;
        let (refusal, stream) = match outcome {
            Ok(Ok(stream)) => {
                metrics::counter!("mwr_tls_handshakes_total").increment(1);
                let Some(connection) = self.connection(stream, address, permit) else {
                    return;
                };
                // Sending fails only after the node has stopped.
                let _ = self.ready.send(Ok(connection)).await;
                return;
            }
            Ok(Err((error, stream))) => (HandshakeRefusal::of(&error), Some(stream)),
            Err(_) => (HandshakeRefusal::too_slow(), None),
        };
        metrics::counter!("mwr_tls_refusals_total", "reason" => refusal.reason).increment(1);
        refusal.log(seen.as_ref());
        if let Some(stream) = stream {
            // A longer wait would keep the place of the connection from others.
            let _ = tokio::time::timeout(ALERT_READ_WITHIN, let_alert_be_read(stream)).await;
        }
    }

    /// Returns the connection, unless its OIN has too many already.
    fn connection(&self, stream: TlsStream<TcpStream>, address: SocketAddr, permit: ConnectionPermit) -> Option<Connection> {
        let caller = self.caller(&stream);
        let oin = caller.as_ref().map(|caller| caller.acting.oin().clone());
        let Ok(of_oin) = self.of_oins.try_admit(&oin) else {
            metrics::counter!("mwr_connection_refusals_total", "listener" => "grpc", "reason" => "oin").increment(1);
            if let Some(count) = self.too_many.due() {
                let most = self.of_oins.places().per_caller;
                let oin = oin.as_ref().map(Oin::as_str);
                tracing::warn!(
                    caller.oin = oin,
                    count,
                    "one OIN has all of its {most} connections; others of it are refused"
                );
            }
            return None;
        };
        let stream = ImpatientStream::new(stream, self.request_within, "grpc");
        Some(Connection {
            peer: ClientInfo {
                address,
                caller,
                first_request: stream.first_request(),
            },
            stream,
            _permit: permit,
            _of_oin: of_oin,
            _open: OpenGauge::new(),
        })
    }

    fn caller(&self, stream: &TlsStream<TcpStream>) -> Option<Arc<Caller>> {
        let (_, session) = stream.get_ref();
        let chain = session.peer_certificates().unwrap_or_default();
        let chain = chain.iter().map(|certificate| certificate.clone().into_owned()).collect();
        // A certificate without an OIN is refused per call, where the refusal can have a message.
        Caller::new(chain, self.tls.clone(), self.clock.now()).ok().map(Arc::new)
    }
}

/// Ends a refused connection after the client has ended it, so that the client can read the alert: a client that has not seen
/// the alert yet sends its request, and closing a connection with unread bytes resets it, which also discards the alert.
async fn let_alert_be_read(mut stream: TcpStream) -> io::Result<()> {
    stream.shutdown().await?;
    let mut unread = [0; 1024];
    while stream.read(&mut unread).await? > 0 {}
    Ok(())
}

/// Counts a connection in the gauge while it is open.
struct OpenGauge(metrics::Gauge);

impl OpenGauge {
    fn new() -> Self {
        let gauge = metrics::gauge!("mwr_connections");
        gauge.increment(1.0);
        Self(gauge)
    }
}

impl Drop for OpenGauge {
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
    type ConnectInfo = ClientInfo;

    fn connect_info(&self) -> ClientInfo {
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
