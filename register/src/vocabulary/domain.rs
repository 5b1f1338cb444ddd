//! Life domains (leefgebieden).

use serde::{Deserialize, Serialize};

use crate::identifier::DomainCode;

/// A life domain: a broad category that professionals use to look at a household.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Domain {
    /// Its code, `SCH`.
    pub code: DomainCode,
    /// Its Dutch name.
    pub label: String,
    /// What it covers.
    pub definition: String,
    /// Other words for it.
    pub synonyms: Vec<String>,
}
