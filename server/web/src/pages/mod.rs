//! The pages: one file each, with its handler, its template struct and the values for the template.
//!
//! A page calls a use case of [`directory`] and presents the response in Dutch. It leaves every decision to the use case.
//! Templates lie in `server/web/templates` and contain only loops and conditions; they escape everything.
//!
//! To add a page: a file here with a handler and a template struct, the template, a line in the router, a link in the menu if it
//! belongs there, and its story in `tests/browser`.

mod card;
mod contact;
mod difference;
mod dutch;
pub(super) mod entry;
mod facts;
mod field;
pub(super) mod files;
mod hours;
mod labels;
pub(super) mod login;
mod marked;
pub(super) mod operate;
pub(super) mod organisation;
mod outcome;
pub(super) mod own;
mod places;
mod reachability;
pub(super) mod report;
#[cfg(test)]
mod sample;
pub(super) mod search;
mod steps;
