//! Serves a register's address in its place: accepts its connections, and leaves the answers to a service.
//!
//! Peers of other versions ([`crate::older_peer`]) and lying ones ([`crate::lying_peer`]) are such services, in front of a real
//! register that answers what they do not change.

use std::convert::Infallible;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tonic::Status;
use tonic::body::Body;
use tonic::transport::Channel;

use crate::pki::{Authority, Leaf};
use crate::wire;

/// A service at an address of its own.
#[derive(Debug)]
pub struct StandIn {
    /// Its address, `https://127.0.0.1:PORT`.
    pub address: String,
    _tasks: JoinSet<()>,
}

impl StandIn {
    /// Starts `service` with the certificate of the register `oin`.
    pub async fn start<S>(authority: &Authority, oin: &str, service: S) -> Self
    where
        S: tower::Service<Request<Incoming>, Response = Response<Body>, Error = Infallible> + Clone + Send + 'static,
        S::Future: Send,
    {
        let acceptor = TlsAcceptor::from(wire::server_config(authority, &authority.issue(&Leaf::register(oin))));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has free ports");
        let port = listener.local_addr().expect("a bound socket has an address").port();
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(listener, acceptor, service));
        Self {
            address: format!("https://127.0.0.1:{port}"),
            _tasks: tasks,
        }
    }
}

/// A channel to the real register at `target`, as `asker`, so that a caller has the same rights at both.
pub fn real(authority: &Authority, target: &str, asker: &str) -> Channel {
    let asker = authority.issue(&Leaf::client(asker));
    wire::channel(target, &wire::client_config(authority, Some(&asker)))
}

/// Forwards a call to the real register.
pub async fn forward(channel: Channel, request: Request<Body>) -> Response<Body> {
    let answer = tower::ServiceExt::oneshot(channel, request).await;
    answer.unwrap_or_else(|error| Status::unavailable(error.to_string()).into_http())
}

async fn accept<S>(listener: TcpListener, acceptor: TlsAcceptor, service: S)
where
    S: tower::Service<Request<Incoming>, Response = Response<Body>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(serve(stream, acceptor.clone(), service.clone()));
        while connections.try_join_next().is_some() {}
    }
}

async fn serve<S>(stream: TcpStream, acceptor: TlsAcceptor, service: S)
where
    S: tower::Service<Request<Incoming>, Response = Response<Body>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    // The story checks what a caller that breaks off reports.
    let Ok(stream) = acceptor.accept(stream).await else { return };
    let server = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new()).http2_only();
    let _ = server
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service))
        .await;
}
