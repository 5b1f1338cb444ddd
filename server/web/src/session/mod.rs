//! Who visits: sessions on the side of the node, known to the browser by a cookie that says nothing.
//!
//! Every request to a page passes [`open`]: it looks the session up, and lets no form through whose token is not the
//! session's. Pages for people pass [`require_login`] too; their handlers take a [`Visitor`]. A session ends when it was idle
//! for long, at its longest in any case, and when somebody logs out; logging in makes a new one. All that it holds lies in
//! `store`, in memory: nodes that share a page need its visitors to come back to the same node, or another `store`.

mod cookie;
mod gate;
mod questions;
mod store;
mod visitor;

pub(super) use gate::{NewCookie, Opened, open, require_login, require_role};
pub(super) use questions::ResultId;
pub(super) use store::{Account, AtProvider, LoggedIn, Sessions};
pub(super) use visitor::Visitor;
