//! Imports names from the XML export of the Register van Overheidsorganisaties (ROO).
//!
//! An organisation of the export is matched by name or abbreviation to one that the register knows, and left out with the
//! reason where the match is not certain. The namespace of the export ends with a version that changes without notice, so only
//! the part before it is compared. Functions and the people in them are dropped: their names do not belong in the register.

mod export;
mod matching;

pub use export::{RooError, RooOrganisation, parse_roo};
pub use matching::{RefusedOrganisation, RooImport, match_known};
