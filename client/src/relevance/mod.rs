//! Relevance of search results: grades officers for labelled queries and measures nDCG@10.
//!
//! `mwr vocabulary check` shows an operator with it whether a file of synonyms makes search better or worse, and `mwr-eval`
//! builds its table of measures on it. No other code of the client uses it.
//!
//! A query is labelled with the organisations that can decide, the competences that it is about (the main one first), and the
//! municipality that it names. An officer has grade 3 if it belongs to such an organisation, serves the municipality and has
//! the main competence, grade 2 if it has another of the competences, and no grade otherwise. The texts of officers play no
//! part, so labels outlive them.
//!
//! Where a query names no municipality, the same desk of many municipalities is one result: the first of them counts, and the
//! others are dropped.

mod judge;
mod labels;
mod ndcg;

#[cfg(test)]
mod tests;

pub use judge::{Grades, RelevanceError, RelevanceJudge};
pub use labels::{LabelError, LabelledQuery, read_labelled_queries};
pub use ndcg::ndcg_at_10;
