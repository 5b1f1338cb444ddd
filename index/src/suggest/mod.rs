//! Suggestions while somebody types: what the letters so far may become.
//!
//! They are competences, life domains, organisations, places and functions, each with its number of officers. From the
//! fourth letter on, typing errors are tolerated. The words before the last one count too: the whole text is also compiled
//! as a question, and the competences that it indicates follow those that are being spelled.
//!
//! - `offer`: what may be suggested, and the final order; `spelled`: the names that the text begins
//! - `officer_counts`: the number of officers of each `target` in one register

mod offer;
mod officer_counts;
mod spelled;
mod target;

pub use offer::{Offer, Suggestion};
pub use officer_counts::SuggestShare;
pub use target::SuggestionTarget;

pub(crate) use officer_counts::OfficerCounts;
