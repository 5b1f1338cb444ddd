//! Validates input: turns a draft into a domain type, or returns all violations.
//!
//! No function checks again after this. Each violation has the path of the field (`mandates[1].level`), the violated rule, and
//! one Dutch sentence that tells what is wrong and what to do. Messages repeat codes and nothing else, because a value in the
//! wrong column may be somebody's name. No input causes a panic or takes long: texts and lists are read up to their limits.
//!
//! Values are normalised: surrounding spaces are removed, codes and words are case-insensitive, a blank value is absent, and
//! sets of codes are sorted. The same list therefore always yields the same officers.
//!
//! To add a field: extend the type and its draft, add a line to the reader of its aggregate here and a line to `export`. A
//! property test verifies that an exported officer round-trips.

mod codes;
mod deputies;
mod draft_reader;
mod export;
mod fill;
mod grant;
mod hours;
pub mod limits;
mod need;
mod officer;
mod organisation;
mod parts;
mod peer;
mod quote;
mod received;
mod rules;
mod set;
mod sharing;

#[cfg(test)]
mod tests;

pub use fill::{overlays, with_end_of_name};
pub use grant::grant;
pub use hours::absences;
pub use need::need;
pub use officer::officer;
pub use organisation::organisation;
pub use peer::{PeerDraft, PeerProblem, peer};
pub use received::{ReceivedFault, received_entry, received_organisation, received_title};
pub use rules::Rules;
pub use set::{OfficerSet, SetViolation, SetViolations};
pub use sharing::sharing;
