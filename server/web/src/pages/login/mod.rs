//! Logging in and out: the choice of a way, the flow to a provider and back, and the invented people of a demo.

mod callback;
mod choose;
mod demo;
mod start;

pub(crate) use callback::{begin, finish};
pub(crate) use choose::{choose, log_out, logged_out};
pub(crate) use demo::as_demo_user;
