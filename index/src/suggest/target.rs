//! The targets of suggestions.

use register::identifier::{CompetenceCode, DomainCode, MunicipalityCode, OrganisationId};
use serde::Serialize;

/// The target of a suggestion.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "code")]
pub enum SuggestionTarget {
    /// A law or scheme.
    Competence(CompetenceCode),
    /// An organisation.
    Organisation(OrganisationId),
    /// A municipality.
    Municipality(MunicipalityCode),
    /// A life domain.
    Domain(DomainCode),
    /// A function title.
    Function(String),
}
