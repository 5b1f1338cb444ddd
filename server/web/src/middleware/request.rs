//! One request from its first byte to its line in the log.
//!
//! Adds a request id, the rate limit per address, a deadline, the error page and the security headers. The log and the metrics
//! hold the route pattern and never the path, the query or the form, because those may hold what a visitor typed.

use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures::FutureExt as _;
use server_core::error::{Error, Reason, Severity};
use tokio::time::Instant;

use super::headers::put_headers;
use crate::error::{Failure, PageError};
use crate::error_page;
use crate::serve::RemoteAddress;
use crate::session::Visitor;
use crate::state::Web;

/// Deadline of a request.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The header of a response that holds its request id.
const REQUEST_ID: &str = "x-request-id";

/// Handles one request and logs it.
pub(crate) async fn log_each(State(web): State<Web>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let page = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "(none)".to_owned(), |path| path.as_str().to_owned());
    let request_id = web.sessions().random_name();
    let address = request.extensions().get::<RemoteAddress>().map(|remote| remote.0.ip());

    let admitted = address.map_or(Ok(()), |address: IpAddr| {
        web.limits().admit_address(address, web.clock().now())
    });
    let mut response = match admitted {
        Err(error) => PageError::from(error).into_response(),
        Ok(()) => respond(request, next).await,
    };
    let failure = response.extensions_mut().remove::<Failure>();
    let visitor = response.extensions_mut().remove::<Visitor>();
    if let Some(failure) = &failure {
        let cookies = cookies_of(&response);
        response = error_page::page(&web, visitor.as_ref(), failure.error(), &request_id);
        response.headers_mut().extend(cookies);
    }
    put_headers(web.login(), &page, response.headers_mut());
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

/// Runs the handler within the deadline. A panic becomes an internal error.
async fn respond(request: Request, next: Next) -> Response {
    let response = AssertUnwindSafe(next.run(request)).catch_unwind();
    match tokio::time::timeout(TIMEOUT, response).await {
        Ok(Ok(response)) => response,
        Ok(Err(_panic)) => PageError::from(Error::internal("a page panicked")).into_response(),
        Err(_elapsed) => PageError::of(Reason::DeadlineExceeded).into_response(),
    }
}

/// The cookies that a failed response sets. Its error page sets them too, since the session did begin or end.
fn cookies_of(response: &Response) -> Vec<(HeaderName, HeaderValue)> {
    let values = response.headers().get_all(SET_COOKIE).iter().cloned();
    values.map(|value| (SET_COOKIE, value)).collect()
}
