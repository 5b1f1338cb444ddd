//! What every request to the page goes through, from its first byte to its line in the log: a name, a limit per address, a
//! deadline, the page of an error, the headers. The log has the pattern of the path and never the path: no text, no query.

use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures::FutureExt as _;
use server_core::error::{Error, Reason, Severity};
use tokio::time::Instant;

use super::Web;
use super::error_page::{self, Failure, PageError};
use super::serve::From;
use super::session::Visitor;

/// How long a page may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The name of a request, in the answer too.
const REQUEST_ID: &str = "x-request-id";

/// Around all pages.
pub(super) async fn each(State(web): State<Web>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let page = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "(none)".to_owned(), |path| path.as_str().to_owned());
    let request_id = web.0.sessions.random_name();
    let address = request.extensions().get::<From>().map(|from| from.0.ip());

    let admitted = address.map_or(Ok(()), |address: IpAddr| {
        web.0.limits.admit_address(address, web.clock().now())
    });
    let mut response = match admitted {
        Err(error) => PageError::from(error).into_response(),
        Ok(()) => answer(request, next).await,
    };
    let failure = response.extensions_mut().remove::<Failure>();
    let visitor = response.extensions_mut().remove::<Visitor>();
    if let Some(failure) = &failure {
        let kept = keep_cookies(&response);
        response = error_page::page(&web, visitor.as_ref(), failure.error(), &request_id);
        response.headers_mut().extend(kept);
    }
    web.0.limits.put_headers(&web, &page, response.headers_mut());
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }

    let elapsed = started.elapsed();
    let status = response.status().as_u16();
    metrics::counter!("mwr_web_requests_total", "page" => page.clone(), "status" => status.to_string()).increment(1);
    metrics::histogram!("mwr_web_request_duration_seconds", "page" => page.clone()).record(elapsed.as_secs_f64());
    let reason = failure.as_ref().map(|failure| failure.error().reason());
    if let Some(failure) = failure
        .as_ref()
        .filter(|failure| failure.error().reason().consequence().severity == Severity::Error)
    {
        let cause = std::error::Error::source(failure.error()).map(ToString::to_string);
        tracing::error!(request.id = request_id, cause, "page {page} failed: {}", failure.error());
    }
    tracing::info!(
        target: "request",
        parent: None,
        page,
        method = method.as_str(),
        status,
        reason = reason.map(Reason::as_str),
        session = visitor.as_ref().map(Visitor::handle),
        organisation.id = visitor.as_ref().map(|visitor| visitor.organisation().as_str()),
        duration_ms = elapsed.as_micros() as f64 / 1000.0,
        request.id = request_id,
        "page {page} answered {status}"
    );
    response
}

async fn answer(request: Request, next: Next) -> Response {
    let answer = AssertUnwindSafe(next.run(request)).catch_unwind();
    match tokio::time::timeout(PATIENCE, answer).await {
        Ok(Ok(response)) => response,
        Ok(Err(_panic)) => PageError::from(Error::internal("a page panicked")).into_response(),
        Err(_elapsed) => PageError::of(Reason::DeadlineExceeded).into_response(),
    }
}

/// A session that began or ended with the request does so with the page of an error too.
fn keep_cookies(response: &Response) -> Vec<(axum::http::HeaderName, HeaderValue)> {
    let name = axum::http::header::SET_COOKIE;
    let values = response.headers().get_all(&name).iter().cloned();
    values.map(|value| (name.clone(), value)).collect()
}
