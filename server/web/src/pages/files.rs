//! `GET /static/{file}` and `GET /robots.txt`: files that need no session.

use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use server_core::error::Reason;

use crate::error::PageError;
use crate::state::Web;

/// `GET /static/{file}`. Browsers may keep a file for good: another version has another name.
pub(crate) async fn show(State(web): State<Web>, Path(file): Path<String>) -> Result<Response, PageError> {
    let Some((content_type, content)) = web.assets().get(&file) else {
        return Err(PageError::of(Reason::PageNotFound));
    };
    let headers = [
        (CONTENT_TYPE, *content_type),
        (CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    Ok((headers, content.clone()).into_response())
}

/// `GET /robots.txt`. Search engines index nothing here.
pub(crate) async fn robots() -> &'static str {
    "User-agent: *\nDisallow: /\n"
}

/// The fallback for addresses that no page has.
pub(crate) async fn not_found() -> PageError {
    PageError::of(Reason::PageNotFound)
}
