//! Executors: the organisations that carry out schemes.

use serde::{Deserialize, Serialize};

use crate::identifier::OrganisationId;
use crate::organisation::OrganisationKind;

/// An executor of schemes: one organisation, any organisation of a kind, or a class of bodies outside the register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Executor {
    /// The key that competences use, `CAK`, `GEMEENTE`.
    pub key: String,
    /// Its name in a sentence.
    pub label: String,
    /// The organisation, if it is always the same one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<OrganisationId>,
    /// The kind, if the case decides which organisation of that kind it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<OrganisationKind>,
}
