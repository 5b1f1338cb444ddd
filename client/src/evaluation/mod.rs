//! Search quality: how well a TREC run answers labelled queries, by the measures that the field uses.
//!
//! A query is labelled with the organisations that can decide, the competences that it is about, the first of them the
//! main one, and the municipality that it names. An officer is worth 3 if it is of such an organisation, serves the
//! municipality and has the main competence, 2 if it has another of them, and otherwise nothing. So labels outlive the texts
//! of officers, and no officer's text plays a part in judging.
//!
//! Where a query names no municipality, the same desk of many municipalities is one result: the first of them counts, the
//! others are passed over.

mod judge;
mod measure;
mod read;
mod table;

#[cfg(test)]
mod tests;

pub use judge::{Grades, Judge};
pub use measure::{Measures, measure};
pub use read::{Query, Ranking, read_queries, read_run};
pub use table::Table;
