//! Dutch text analysis: a text becomes words with stems and compound parts, and the vocabulary becomes something that
//! questions can be matched against.
//!
//! - [`Analyser`] with its steps: `tokens`, `fold`, `numbers`, `compounds`, `stem`; `spelling` corrects typing errors, with `dutch_words` and `edit_distance`
//! - `lexicon`: the written knowledge of the language and the field, from `lexicon/*.txt`
//! - [`Language`]: analyser, vocabulary (`scheme`, `phrases`, `executor_cues`) and places; [`Context`]: with organisations

mod analyser;
mod compounds;
mod context;
pub(crate) mod dutch_words;
pub(crate) mod edit_distance;
pub(crate) mod executor_cues;
mod fold;
mod joinable;
mod language;
pub(crate) mod lexicon;
mod numbers;
pub(crate) mod organisation_names;
pub(crate) mod phrases;
pub(crate) mod scheme;
pub(crate) mod spelling;
mod stem;
#[cfg(test)]
mod tests;
mod tokens;

pub use analyser::{ANALYSER_VERSION, AnalysisSteps};
pub use context::Context;
pub use dutch_words::write as write_dutch_words;
pub use language::{Language, Learned, Versions};
pub use scheme::Executor;

pub(crate) use analyser::{Analyser, Word};
pub(crate) use fold::fold;
