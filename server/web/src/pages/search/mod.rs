//! Search: the first page, the results, filters, and suggestions while typing.
//!
//! A question goes to the node by POST and stays in the session; its result has an opaque id. So no URL contains typed text, and
//! Back, reload and a second tab work.

pub(crate) mod answer;
pub(crate) mod ask;
mod completion;
mod corrections;
mod coverage;
mod facets;
mod form;
pub(crate) mod home;
mod place;
mod place_choice;
pub(crate) mod suggest;

pub(super) use place::{name as place_name, read as read_place};
