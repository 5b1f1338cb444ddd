//! The exact local scorer.
//!
//! For each term of a plan it walks the postings of a segment and adds to the sums of the documents. All numbers are whole
//! multiples of 1/1024, and nothing depends on other documents: no document frequencies, no average lengths. So an entry
//! scores the same in any segment, before and after merges, and in any register.
//!
//! The sum of a document has these parts: its words, per word and field the best form; its competences, the best in full
//! and the next ones less; its organisation, kind, municipality and life domains, where the question names them. Then
//! multipliers lower it: another area, another organisation than the named one, an ambassador who was not asked for. A
//! `not_for` excludes the document.
//!
//! - `resolved`: a plan in the terms and numbers of one segment
//! - `scorer`: scores and explains documents, with a `window` of sums that moves over the segment
//! - `multipliers`: the factors for organisation, area and role
//! - `needs`: the documents for each of several needs
//! - `ceiling`: the highest score that a plan can give
//! - `contributions`: what each part of a score contributed, for explanations

mod ceiling;
mod contributions;
mod multipliers;
mod needs;
mod resolved;
mod scorer;
mod window;

pub use contributions::Contribution;

pub(crate) use ceiling::IN_AREA;
pub(crate) use contributions::{RecordedContribution, ScoreAccount};
pub(crate) use needs::SegmentNeeds;
pub(crate) use resolved::ResolvedPlan;
