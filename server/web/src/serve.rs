//! Serves browsers: TLS handshake, HTTP/1.1 or HTTP/2, and a graceful end of each connection.

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
use server_core::first_request::ImpatientStream;
use server_core::lifecycle::Tasks;
use server_core::tls::PageTls;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

/// Time limit for the header of a request.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);

/// Interval of HTTP/2 pings on an idle connection.
const KEEP_ALIVE: Duration = Duration::from_secs(30);

/// Maximum number of concurrent requests per connection.
const MAX_STREAMS: u32 = 64;

/// The address of the browser: an extension of every request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RemoteAddress(pub(crate) SocketAddr);

/// Spawns the tasks of requests on the task tracker, so that the node waits for them.
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

/// Serves `pages` on `listener` until `drain` is cancelled and the requests in flight are done.
pub async fn serve(
    listener: TcpListener,
    tls: Arc<PageTls>,
    pages: Router,
    settings: ListenSettings,
    tasks: Tasks,
    drain: CancellationToken,
) {
    let places = ConnectionLimit::new("web", &settings);
    let (of_connections, until) = (tasks.clone(), drain.clone());
    let serve_browser = move |stream, address, place| {
        let connection = BrowserConnection {
            tls: tls.clone(),
            pages: pages.clone(),
            address,
            tasks: of_connections.clone(),
            drain: until.clone(),
            handshake_within: settings.handshake_within,
            request_within: settings.first_request_within,
        };
        async move {
            let _place: ConnectionPermit = place;
            connection.serve(stream).await;
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
    handshake_within: Duration,
    request_within: Duration,
}

impl BrowserConnection {
    async fn serve(self, stream: TcpStream) {
        let handshake = self.tls.accept(stream, self.handshake_within);
        let stream = tokio::select! {
            () = self.drain.cancelled() => return,
            stream = handshake => stream,
        };
        // Browsers probe and people leave: count a failed handshake, but do not log it.
        let Ok(stream) = stream else {
            metrics::counter!("mwr_web_handshakes_total", "outcome" => "failed").increment(1);
            return;
        };
        metrics::counter!("mwr_web_handshakes_total", "outcome" => "done").increment(1);
        let stream = ImpatientStream::new(stream, self.request_within, "web");
        let first_request = stream.first_request();
        let (pages, remote) = (self.pages, RemoteAddress(self.address));
        let service = tower::service_fn(move |mut request: http::Request<Incoming>| {
            first_request.arrived();
            request.extensions_mut().insert(remote);
            pages.clone().oneshot(request)
        });
        let mut builder = auto::Builder::new(TaskExecutor(self.tasks));
        builder.http1().timer(TokioTimer::new()).header_read_timeout(HEADER_TIMEOUT);
        builder
            .http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(MAX_STREAMS)
            .keep_alive_interval(KEEP_ALIVE);
        let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service)));
        let ended = tokio::select! {
            ended = connection.as_mut() => Some(ended),
            () = self.drain.cancelled() => None,
        };
        if ended.is_none() {
            connection.as_mut().graceful_shutdown();
            // It does not matter if the browser has gone.
            let _ = connection.await;
        }
    }
}
