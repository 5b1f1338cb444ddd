//! Serves health, readiness and metrics to the operator, over plain HTTP, by default on loopback.
//!
//! It does not depend on the register: the caller passes [`Probes`], so that a test can pass others.

mod gauges;
mod health;

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use server_core::accept::{ConnectionLimit, ConnectionPermit, accept_each};
use server_core::admission::Places;
use server_core::lifecycle::Tasks;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub use gauges::update_gauges;
pub use health::check;

/// The time limit for receiving the headers of a request.
const HEADER_TIME_LIMIT: Duration = Duration::from_secs(10);

/// Maximum number of concurrent connections.
const MAX_CONNECTIONS: usize = 64;

/// The sources of what the node reports about itself.
pub struct Probes {
    /// Returns the reasons why the node is not ready; empty when it is.
    pub unready: Box<dyn Fn() -> Vec<String> + Send + Sync>,
    /// Returns the metrics in the text format of Prometheus.
    pub metrics: Box<dyn Fn() -> String + Send + Sync>,
}

/// Serves `probes` on `listener` until `shutdown` is cancelled.
pub async fn serve(listener: TcpListener, probes: Arc<Probes>, tasks: Tasks, shutdown: CancellationToken) {
    let until = shutdown.clone();
    let answer = move |stream, _address, place: ConnectionPermit| {
        let (probes, shutdown) = (probes.clone(), until.clone());
        async move {
            let _place = place;
            let service = service_fn(move |request| {
                let response = respond(&probes, &request);
                async move { Ok::<_, Infallible>(response) }
            });
            let connection = hyper::server::conn::http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(HEADER_TIME_LIMIT)
                .keep_alive(false)
                .serve_connection(TokioIo::new(stream), service);
            tokio::select! {
                () = shutdown.cancelled() => {}
                // A client may disconnect at any time.
                _ = connection => {}
            }
        }
    };
    // The operator's programs share an address, so one address may have all connections.
    let places = Places {
        total: MAX_CONNECTIONS,
        per_caller: 0,
        queue: MAX_CONNECTIONS,
    };
    let limit = ConnectionLimit::with("operation", places, HEADER_TIME_LIMIT);
    accept_each(listener, &limit, &tasks, &shutdown, answer).await;
}

fn respond(probes: &Probes, request: &Request<Incoming>) -> Response<Full<Bytes>> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return text(StatusCode::METHOD_NOT_ALLOWED, "only GET\n".to_owned());
    }
    match request.uri().path() {
        "/healthz" => text(StatusCode::OK, "ok\n".to_owned()),
        "/readyz" => match (probes.unready)().as_slice() {
            [] => text(StatusCode::OK, "ready\n".to_owned()),
            missing => text(StatusCode::SERVICE_UNAVAILABLE, missing.join("\n") + "\n"),
        },
        "/metrics" => text(StatusCode::OK, (probes.metrics)()),
        _ => text(StatusCode::NOT_FOUND, "there are /healthz, /readyz and /metrics\n".to_owned()),
    }
}

fn text(status: StatusCode, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    response.headers_mut().insert(
        http::header::CONTENT_TYPE,
        http::HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8"),
    );
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_path_returns_its_probe() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let tasks = Tasks::new();
        let probes = Arc::new(Probes {
            unready: Box::new(|| vec!["the index is being rebuilt".to_owned()]),
            metrics: Box::new(|| "mwr_ready 0\n".to_owned()),
        });
        tasks.spawn(serve(listener, probes, tasks.clone(), tasks.shutdown().clone()));

        let time_limit = Duration::from_secs(5);
        assert_eq!(
            check(address, "/healthz", time_limit).await.unwrap(),
            (200, "ok\n".to_owned())
        );
        let (status, body) = check(address, "/readyz", time_limit).await.unwrap();
        assert_eq!((status, body.as_str()), (503, "the index is being rebuilt\n"));
        assert_eq!(check(address, "/metrics", time_limit).await.unwrap().1, "mwr_ready 0\n");
        assert_eq!(check(address, "/elsewhere", time_limit).await.unwrap().0, 404);
        tasks.shutdown().cancel();
        assert!(tasks.ended().await);
    }
}
