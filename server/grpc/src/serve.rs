//! Serving the services on connections that have shaken hands.

use std::sync::Arc;
use std::time::Duration;

use register::clock::Clock;
use server_core::config::LimitSettings;
use server_core::tls::Incoming;
use tokio_util::sync::CancellationToken;
use tonic::service::Routes;
use tonic::transport::Server;

use super::request::RequestLayer;

/// How often a silent connection is asked whether it is still there, and how long it may take to answer.
const KEEP_ALIVE: Duration = Duration::from_secs(30);
const KEEP_ALIVE_WITHIN: Duration = Duration::from_secs(20);

/// Flow control: a snapshot of many entries should not wait for a round trip every 64 KiB.
const STREAM_WINDOW: u32 = 1 << 20;
const CONNECTION_WINDOW: u32 = 4 << 20;

/// Serves `routes` until `drain`, and then until the requests under way are done.
pub async fn serve(
    routes: Routes,
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
        .layer(RequestLayer::new(&limits, clock, drain.clone()))
        .add_routes(routes)
        .serve_with_incoming_shutdown(incoming, drain.cancelled_owned())
        .await
}
