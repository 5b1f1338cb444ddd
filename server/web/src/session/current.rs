//! The session of a request, and what a handler does to its cookie.

use std::sync::Arc;

use super::store::Session;

/// The session of a request, if its cookie belongs to one: an extension of every request.
#[derive(Clone)]
pub(crate) struct CurrentSession(pub(crate) Option<Arc<Session>>);

/// What the browser must do with its cookie: an extension of a response.
#[derive(Clone)]
pub(crate) enum CookieChange {
    /// Replace it by this value.
    Set(String),
    /// Forget it.
    Remove,
}
