//! Token responses as providers write them: Microsoft writes the lifetime of an access token as text.

use futures::future::BoxFuture;
use openidconnect::{HttpRequest, HttpResponse};
use serde_json::{Map, Value};

use super::http::HttpError;

/// The member with the lifetime in seconds, a number by RFC 6749, 5.1. The node does not use it.
const LIFETIME: &str = "expires_in";

/// Wraps an HTTP client so that the lifetime in its responses is a number.
pub(super) fn tolerant(
    http: impl Fn(HttpRequest) -> BoxFuture<'static, Result<HttpResponse, HttpError>> + Send,
) -> impl Fn(HttpRequest) -> BoxFuture<'static, Result<HttpResponse, HttpError>> + Send {
    move |request| {
        let response = http(request);
        Box::pin(async move { response.await.map(|response| response.map(with_number)) })
    }
}

/// Replaces a lifetime that is text by its number, or removes it if it is none. Any other body stays as it is.
pub(super) fn with_number(body: Vec<u8>) -> Vec<u8> {
    let Ok(mut members) = serde_json::from_slice::<Map<String, Value>>(&body) else {
        return body;
    };
    let Some(Value::String(text)) = members.get(LIFETIME) else {
        return body;
    };
    match text.trim().parse::<u64>() {
        Ok(seconds) => drop(members.insert(LIFETIME.to_owned(), seconds.into())),
        Err(_) => drop(members.remove(LIFETIME)),
    }
    serde_json::to_vec(&members).unwrap_or(body)
}
