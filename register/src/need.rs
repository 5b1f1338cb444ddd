//! A need: the input of a route.

use jiff::Timestamp;

use crate::identifier::{CompetenceCode, DomainCode, MunicipalityCode, OrganisationId};

/// A need. [`crate::validate::need`] creates it, so its codes exist and it is not empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// The organisation that must decide, if known.
    pub organisation: Option<OrganisationId>,
    /// The laws and schemes that are needed.
    pub competences: Vec<CompetenceCode>,
    /// The life domains that are needed.
    pub domains: Vec<DomainCode>,
    /// The municipality where the household lives. A former code stands for its successors.
    pub municipality: Option<MunicipalityCode>,
    /// The moment of the need.
    pub moment: Timestamp,
}

impl Need {
    /// Whether the need names a competence or a life domain, not only an organisation or a place.
    pub fn has_topic(&self) -> bool {
        !self.competences.is_empty() || !self.domains.is_empty()
    }
}
