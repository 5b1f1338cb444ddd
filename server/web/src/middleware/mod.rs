//! Steps that every request passes before its handler, and every response after it.
//!
//! `request` is the outermost: request id, rate limit per address, deadline, error page, security headers, metrics and the line
//! in the log. `session` looks up the session and checks the token of a form.

mod headers;
mod request;
mod session;

pub(crate) use request::log_each;
pub(crate) use session::{open_session, require_login, require_role};
