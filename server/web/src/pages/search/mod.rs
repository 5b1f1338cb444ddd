//! Asking and answering: the first page, the answer, narrowing down, suggestions while typing.
//!
//! A question goes to the node by POST, is kept in the session, and its answer stands under an opaque id. So what was typed is
//! in no URL, and Back, reload and a second tab just work.

pub(crate) mod answer;
pub(crate) mod ask;
mod complete;
mod coverage;
mod facets;
mod form;
pub(crate) mod home;
mod place;
pub(crate) mod suggest;

pub(super) use place::{name as place_name, read as read_place};
