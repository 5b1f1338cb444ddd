//! Asking and answering: the first page, the answer, narrowing down, suggestions while typing.
//!
//! A question goes to the node by POST, is kept in the session, and its answer stands under an opaque id. So what was typed is
//! in no URL, and Back, reload and a second tab just work.

pub(in crate::web) mod answer;
pub(in crate::web) mod ask;
mod complete;
mod coverage;
mod facets;
mod form;
pub(in crate::web) mod home;
mod place;
mod question;
pub(in crate::web) mod suggest;

pub(super) use place::{name as place_name, read as read_place};
pub(in crate::web) use question::Question;
