//! What a route is asked for.

use jiff::Timestamp;

use crate::identifier::{CompetenceCode, DomainCode, MunicipalityCode, OrganisationId};

/// What is needed. Made by [`crate::validate::need`], so its codes exist and it says something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// Who must decide, if that is known.
    pub organisation: Option<OrganisationId>,
    /// In which laws and schemes.
    pub competences: Vec<CompetenceCode>,
    /// In which life domains.
    pub domains: Vec<DomainCode>,
    /// Where the household lives. A former code means its successors.
    pub municipality: Option<MunicipalityCode>,
    /// When.
    pub moment: Timestamp,
}

impl Need {
    /// Whether it says what it is about, and not only who or where.
    pub fn has_topic(&self) -> bool {
        !self.competences.is_empty() || !self.domains.is_empty()
    }
}
