//! Executors: who carries a scheme out.

use serde::{Deserialize, Serialize};

use crate::identifier::OrganisationId;
use crate::organisation::OrganisationKind;

/// Who carries a scheme out: one organisation, any of a kind, or a class of bodies that have no entry in the register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Executor {
    /// What competences refer to it by, `CAK`, `GEMEENTE`.
    pub key: String,
    /// What it is called in a sentence.
    pub label: String,
    /// The organisation, where it is always the same one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<OrganisationId>,
    /// The kind, where it depends on the case which organisation of that kind it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<OrganisationKind>,
}
