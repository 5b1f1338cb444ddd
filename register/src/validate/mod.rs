//! The rules for what comes in: a draft becomes a domain type, or a list of all that is wrong with it.
//!
//! After this nothing checks again. Each violation names the field by its path (`mandates[1].level`), the rule that was
//! broken, and in one Dutch sentence what is wrong and what to do. Messages repeat codes and nothing else: what stands in
//! the wrong column may be somebody's name. No input makes it panic, and no input makes it work for long: texts are read
//! up to their limit and lists too.
//!
//! A value is taken as it is meant, not as it was typed: spaces around it go, codes and words may be in capitals or not,
//! blank is absent, and a set of codes has one order. So the same list always gives the same officers.
//!
//! To add a field: the type, its draft, a line in the reader of its aggregate here, a line in `export`, and the property
//! test sees to it that an exported officer comes back as it was.

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
mod rules;
mod set;

#[cfg(test)]
mod tests;

pub use fill::{overlays, with_end_of_name};
pub use grant::grant;
pub use hours::absences;
pub use need::need;
pub use officer::officer;
pub use organisation::organisation;
pub use peer::{PeerDraft, PeerProblem, peer, sharing};
pub use rules::Rules;
pub use set::{OfficerSet, SetViolation, SetViolations};
