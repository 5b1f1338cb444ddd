//! Life domains (leefgebieden).

use serde::{Deserialize, Serialize};

use crate::identifier::DomainCode;

/// A life domain: the coarse sorting by which professionals look at a household.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Domain {
    /// Its code, `SCH`.
    pub code: DomainCode,
    /// What it is called, in Dutch.
    pub label: String,
    /// What falls under it.
    pub definition: String,
    /// Other words for it.
    pub synonyms: Vec<String>,
}
