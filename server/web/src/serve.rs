//! Accepting browsers: handshakes beside each other, limited in number and time, and a good end for each connection.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use server_core::accept::{ConnectionLimit, ConnectionPermit, accept_each};
use server_core::config::ListenSettings;
use server_core::lifecycle::Tasks;
use server_core::tls::PageTls;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

/// How long a browser may take to send the head of a request.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often a silent connection is asked whether it is still there.
const KEEP_ALIVE: Duration = Duration::from_secs(30);

/// Requests of one connection at the same time.
const STREAMS: u32 = 64;

/// From where a request came.
#[derive(Clone, Copy, Debug)]
pub(super) struct RemoteAddress(pub(super) SocketAddr);

/// Starts the tasks of requests, where the node waits for them.
#[derive(Clone)]
struct TaskExecutor(Tasks);

impl<F> hyper::rt::Executor<F> for TaskExecutor
where
    F: Future<Output: Send> + Send + 'static,
{
    fn execute(&self, future: F) {
        self.0.spawn(future);
    }
}

/// Serves `pages` on `listener` until `drain`, and then until the requests under way are done.
pub async fn serve(
    listener: TcpListener,
    tls: Arc<PageTls>,
    pages: Router,
    settings: ListenSettings,
    tasks: Tasks,
    drain: CancellationToken,
) {
    let places = ConnectionLimit::new(settings.connections);
    let patience = settings.handshake_within;
    let serve_browser = |stream, address, place| {
        let connection = BrowserConnection {
            tls: tls.clone(),
            pages: pages.clone(),
            address,
            tasks: tasks.clone(),
            drain: drain.clone(),
        };
        async move {
            let _place: ConnectionPermit = place;
            connection.serve(stream, patience).await;
        }
    };
    accept_each(listener, &places, &tasks, &drain, serve_browser).await;
    places.all_closed().await;
}

struct BrowserConnection {
    tls: Arc<PageTls>,
    pages: Router,
    address: SocketAddr,
    tasks: Tasks,
    drain: CancellationToken,
}

impl BrowserConnection {
    async fn serve(self, stream: TcpStream, patience: Duration) {
        let handshake = self.tls.accept(stream, patience);
        let stream = tokio::select! {
            () = self.drain.cancelled() => return,
            stream = handshake => stream,
        };
        // Browsers probe, and people leave: that a handshake failed is worth a count and no line.
        let Ok(stream) = stream else {
            metrics::counter!("mwr_web_handshakes_total", "outcome" => "failed").increment(1);
            return;
        };
        metrics::counter!("mwr_web_handshakes_total", "outcome" => "done").increment(1);
        let (pages, remote) = (self.pages, RemoteAddress(self.address));
        let service = tower::service_fn(move |mut request: http::Request<Incoming>| {
            request.extensions_mut().insert(remote);
            pages.clone().oneshot(request)
        });
        let mut builder = auto::Builder::new(TaskExecutor(self.tasks));
        builder.http1().timer(TokioTimer::new()).header_read_timeout(PATIENCE);
        builder
            .http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(STREAMS)
            .keep_alive_interval(KEEP_ALIVE);
        let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service)));
        let ended = tokio::select! {
            ended = connection.as_mut() => Some(ended),
            () = self.drain.cancelled() => None,
        };
        if ended.is_none() {
            connection.as_mut().graceful_shutdown();
            // A browser that goes away is no news.
            let _ = connection.await;
        }
    }
}
