//! Ambiguous terms: names that several competences share.

use serde::{Deserialize, Serialize};

use crate::identifier::CompetenceCode;

/// A term that names more than one competence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AmbiguousTerm {
    /// What people type, `Wht`.
    pub term: String,
    /// The competences that it may mean.
    pub competences: Vec<CompetenceCode>,
    /// Why it is ambiguous, as one Dutch sentence.
    pub reason: String,
}
