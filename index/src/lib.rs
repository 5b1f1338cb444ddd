//! Full-text search over the register. An index is derived data, and can be rebuilt at any time.
//!
//! A question is compiled once into a [`Plan`] with a [`Context`] (analyser, vocabulary, places, names of organisations), and
//! a [`Snapshot`] of an [`Index`] scores the plan. The score of an officer depends on the question, the entry and static,
//! versioned weights, and on nothing else in the register. So ranking does not change with updates, segment merges or
//! federation.
//!
//! ```no_run
//! # use std::{path::Path, sync::Arc};
//! # use index::*;
//! # fn example(register_position: register::position::Position) -> Result<(), IndexError> {
//! let vocabulary = register::vocabulary::Vocabulary::builtin();
//! let language = Arc::new(Language::new(&vocabulary, register::gazetteer::Gazetteer::builtin()));
//! let (index, opened) = Index::open(Path::new("data/index"), language.clone(), register_position)?;
//! // `opened` says whether to apply the changes since a position, or to `rebuild`.
//! let context = Context::new(language, []);
//! let plan = Plan::compile(&Question { text: "brief van het cak".into(), ..Question::default() }, &context);
//! // The register has the texts; without them hits have no highlights.
//! let results = index.snapshot().search(&plan, &Paging::first(10), &|_| None)?;
//! # Ok(()) }
//! ```
//!
//! A question passes these rooms in order: `analyse` (text to words), `plan` (question to plan, with what is `learned`),
//! `score` (plan to scores in each `segment`), `rank` (scores to a page) and `federate` (shares of several registers to one
//! page). `search` runs them, and a `snapshot` of the `index` holds the data. `suggest` completes what is being typed.
//!
//! - to add a word: the vocabulary (`register/vocabulary`) for names of schemes, `lexicon/*.txt` for Dutch
//! - to change weights: `weights.toml`; `make fit` fits them, and `make eval` measures them
//! - to teach it how people tell a case: labelled questions in `training/`; then run `make train` and `make eval`
//! - to index another field: see `segment/schema.rs`

mod analyse;
mod document;
mod error;
mod federate;
mod hash;
mod index;
mod learned;
mod plan;
mod rank;
mod score;
mod search;
mod segment;
mod snapshot;
mod sort_key;
mod suggest;
mod weights;

pub use analyse::{ANALYSER_VERSION, AnalysisSteps, Context, Executor, Language, Learned, Versions, write_dutch_words};
pub use document::{FindTexts, IndexedOfficer, IndexedOrganisation, OfficerTexts, TextField};
pub use error::IndexError;
pub use federate::{MergedPage, Share, merge};
pub use index::{Index, Opened};
pub use learned::{Features, Model, ModelError, ModelWeights, NO_SCHEME, Prediction};
pub use plan::{
    ApproximateMatching, Certainty, Correction, Filters, Grouping, NoScheme, PLAN_FORM, Plan, PlanParts, PlannedCompetence,
    PlannedWord, Question, Understanding, UnderstoodCompetence, UnderstoodOrganisation, UnderstoodPlace,
};
pub use rank::{
    BestForNeed, Facets, Group, GroupSize, Highlight, Hit, LocalGroup, MAX_MEMBERS, MatchReason, PageCursor, Paging,
    RankedOfficer, RankedResult, Results, ShareBound, ShareRequest,
};
pub use score::Contribution;
pub use segment::checkpoint::RebuildReason;
pub use snapshot::Snapshot;
pub use sort_key::{Score, SortKey, UNIT};
pub use suggest::{Offer, SuggestShare, Suggestion, SuggestionTarget};
pub use weights::{Weights, WeightsError};
