//! Errors of handlers, before anybody turns them into a page.
//!
//! A handler returns a [`PageError`] and knows nothing of pages. The response carries a [`Failure`], from which
//! `middleware::request` renders the error page for the visitor.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use server_core::error::{Error, Reason};

/// An error of a handler.
#[derive(Debug)]
pub(crate) struct PageError(Error);

impl PageError {
    /// Refuses a request for `reason` alone.
    pub(crate) fn of(reason: Reason) -> Self {
        Error::new(reason, "refused by the page").into()
    }
}

impl From<Error> for PageError {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

/// The error of a response, as an extension of it.
#[derive(Clone, Debug)]
pub(crate) struct Failure(Arc<Error>);

impl Failure {
    pub(crate) fn error(&self) -> &Error {
        &self.0
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let mut response = status_of(self.0.reason()).into_response();
        response.extensions_mut().insert(Failure(Arc::new(self.0)));
        response
    }
}

/// The HTTP status of a reason.
pub(crate) fn status_of(reason: Reason) -> StatusCode {
    StatusCode::from_u16(reason.consequence().http_status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
