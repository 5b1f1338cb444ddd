//! Token responses as providers write them: Microsoft writes the lifetime of an access token as text, and ID tokens have claims of
//! any type.

use futures::future::BoxFuture;
use openidconnect::{HttpRequest, HttpResponse};
use serde_json::{Map, Value};

use super::http::HttpError;
use super::received::{self, Received};

/// The member with the lifetime in seconds, a number by RFC 6749, 5.1. The node does not use it.
const LIFETIME: &str = "expires_in";

/// The member with the ID token.
const ID_TOKEN: &str = "id_token";

/// Wraps an HTTP client so that the library can read its responses. Keeps the ID token as received in `token`.
pub(super) fn tolerant(
    http: impl Fn(HttpRequest) -> BoxFuture<'static, Result<HttpResponse, HttpError>> + Send,
    token: Received<String>,
) -> impl Fn(HttpRequest) -> BoxFuture<'static, Result<HttpResponse, HttpError>> + Send {
    move |request| {
        let (response, token) = (http(request), token.clone());
        Box::pin(async move { response.await.map(|response| response.map(|body| readable(body, &token))) })
    }
}

/// Replaces a lifetime that is text by its number, or removes it if it is none, and the ID token by one with the verified claims
/// only. Any other body stays as it is.
pub(super) fn readable(body: Vec<u8>, token: &Received<String>) -> Vec<u8> {
    let Ok(mut members) = serde_json::from_slice::<Map<String, Value>>(&body) else {
        return body;
    };
    if let Some(Value::String(text)) = members.get(LIFETIME) {
        match text.trim().parse::<u64>() {
            Ok(seconds) => drop(members.insert(LIFETIME.to_owned(), seconds.into())),
            Err(_) => drop(members.remove(LIFETIME)),
        }
    }
    if let Some(Value::String(received)) = members.get(ID_TOKEN) {
        token.keep(received.clone());
        if let Some(reduced) = received::reduced(received) {
            members.insert(ID_TOKEN.to_owned(), reduced.into());
        }
    }
    serde_json::to_vec(&members).unwrap_or(body)
}
