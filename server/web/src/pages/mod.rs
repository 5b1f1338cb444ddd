//! The pages: one file each, with its handler, its template and what the template is shown.
//!
//! A page asks a use case of [`directory`] and tells the answer in Dutch; it decides nothing that the use case decides.
//! Templates lie in `server/templates` and hold no logic but loops and choices; they escape everything.
//!
//! To add a page: a file here with a handler and a struct for its template, the template, a line in the router's table, a link
//! in the menu if it has a place there, and its story in `tests/browser`.

mod card;
mod contact;
mod difference;
mod dutch;
pub(super) mod entry;
mod facts;
mod field;
pub(super) mod files;
mod hours;
pub(super) mod login;
mod marked;
pub(super) mod operate;
pub(super) mod organisation;
pub(super) mod own;
mod places;
mod reach;
pub(super) mod report;
#[cfg(test)]
mod sample;
pub(super) mod search;
mod sent;
mod steps;
mod words;
