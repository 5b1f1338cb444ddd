//! Full-text search over the register: derived data only.
//!
//! A text becomes a [`Plan`] once, with a [`Context`] (analyser, vocabulary, places, names of organisations); an [`Index`]
//! scores the plan. What an officer scores depends on the question, the entry and static, versioned weights, and on
//! nothing else that the register happens to hold: so ranking survives updates, merges and federation unchanged.
//!
//! ```no_run
//! # use std::{path::Path, sync::Arc};
//! # use index::*;
//! # fn example(register_position: register::position::Position) -> Result<(), IndexError> {
//! let vocabulary = register::vocabulary::Vocabulary::builtin();
//! let language = Arc::new(Language::new(&vocabulary, register::gazetteer::Gazetteer::builtin()));
//! let (index, opened) = Index::open(Path::new("data/index"), language.clone(), register_position)?;
//! // `opened` says whether to catch up from a position or to `rebuild`.
//! let context = Context::new(language, []);
//! let plan = Plan::compile(&Question { text: "brief van het cak".into(), ..Question::default() }, &context);
//! let results = index.search(&plan, &Paging::first(10))?;
//! # Ok(()) }
//! ```
//!
//! - to teach it a word: the vocabulary (`register/vocabulary`) for what a scheme is called, `lexicon/*.txt` for Dutch
//! - to change what counts: the constants at the head of `scorer.rs` and `plan/compile.rs`; then `make eval`
//! - to index another field: `schema.rs` says how

#[cfg(any(test, feature = "testing"))]
pub mod ablation;
mod analyser;
mod arrange;
mod context;
mod cut;
mod distance;
mod document;
mod error;
mod facets;
mod folder;
mod index;
mod language;
mod merge;
mod plan;
mod present;
mod purge;
mod question;
mod results;
mod schema;
mod score;
mod scorer;
mod segment;
mod share;
mod shortlist;
mod suggest;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod view;

pub use analyser::ANALYSER_VERSION;
pub use context::Context;
pub use document::{IndexedOfficer, IndexedOrganisation};
pub use error::IndexError;
pub use folder::RebuildReason;
pub use index::{Index, Opened};
pub use language::{Language, Versions};
pub use merge::{Merged, Ranked, merge};
pub use plan::{Correction, PLAN_FORM, Plan, Understanding, UnderstoodCompetence, UnderstoodOrganisation, UnderstoodPlace};
pub use question::{Filters, Grouping, Question};
pub use results::{Contribution, Facets, Group, Highlight, Hit, Paging, Results, TextField, Why};
pub use score::{Score, SortKey, UNIT};
pub use share::{GroupSize, LocalGroup, MOST_MEMBERS, Place, RankedOfficer, Reach, Share, Wanted};
pub use suggest::{Offer, SuggestShare, Suggestion, SuggestionTarget};
