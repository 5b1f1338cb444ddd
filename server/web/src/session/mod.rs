//! Sessions: the state of a visit on the node, which the browser knows by an opaque cookie.
//!
//! `middleware::session` looks up the session of each request and checks the token of each form; handlers take a [`Visitor`]. A
//! session ends after a time without use, at its maximum age, or at logout, and a login always starts a new one. Everything
//! that a session holds lies in memory (`store`): nodes that share a page need sticky sessions or another store.

mod cookie;
mod current;
mod questions;
mod random;
mod store;
mod visitor;

pub use cookie::read;
pub(super) use cookie::{put, remove};
pub(super) use current::{CookieChange, CurrentSession};
pub(super) use questions::ResultId;
pub(super) use store::{AccountDigest, LoggedIn, ProviderSession, Session, Sessions};
pub(super) use visitor::Visitor;
