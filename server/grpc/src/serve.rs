//! Serves the services on connections after the TLS handshake.

use std::sync::Arc;
use std::time::Duration;

use directory::Directory;
use register::clock::Clock;
use server_core::config::LimitSettings;
use server_core::tls::Incoming;
use tokio_util::sync::CancellationToken;
use tonic::service::Routes;
use tonic::transport::Server;

use super::request::RequestLayer;

/// The interval of keep-alive pings on an idle connection, and the time limit for the reply.
const KEEP_ALIVE: Duration = Duration::from_secs(30);
const KEEP_ALIVE_WITHIN: Duration = Duration::from_secs(20);

/// Flow-control windows: with the default of 64 KiB, a large snapshot would wait for many round trips.
const STREAM_WINDOW: u32 = 1 << 20;
const CONNECTION_WINDOW: u32 = 4 << 20;

/// Serves `routes` until `drain` is cancelled, and then until the open requests have finished.
pub async fn serve(
    routes: Routes,
    directory: Arc<Directory>,
    incoming: Incoming,
    limits: LimitSettings,
    clock: Arc<dyn Clock>,
    drain: CancellationToken,
) -> Result<(), tonic::transport::Error> {
    Server::builder()
        .http2_keepalive_interval(Some(KEEP_ALIVE))
        .http2_keepalive_timeout(Some(KEEP_ALIVE_WITHIN))
        .max_concurrent_streams(limits.streams_per_connection)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .layer(RequestLayer::new(&limits, directory, clock, drain.clone()))
        .add_routes(routes)
        .serve_with_incoming_shutdown(incoming, drain.cancelled_owned())
        .await
}
