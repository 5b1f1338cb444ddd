//! The XML export of the Register van Overheidsorganisaties (ROO).
//!
//! It has neither TOOI codes nor OINs, so an organisation of the export is found among those that the register knows, by name
//! or abbreviation, and refused with the reason where that is not certain. Its namespace carries a version that changes
//! without notice; only what stands before the version is looked at. Functions and the people in them are passed over
//! unread: their names do not belong here.

mod export;
mod matching;

pub use export::{RooError, RooOrganisation, parse_roo};
pub use matching::{RefusedOrganisation, RooImport, match_known};
