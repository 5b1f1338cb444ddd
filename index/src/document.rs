//! What the index holds of an officer: everything by which it is found, counted, ordered and grouped.

use std::sync::Arc;

use jiff::civil::Date;
use register::entry::Entry;
use register::identifier::{CompetenceCode, DomainCode, MunicipalityCode, OfficerName, OrganisationId};
use register::officer::{MandateLevel, Officer, OfficerKind};
use register::organisation::{Organisation, OrganisationKind};
use serde::{Deserialize, Serialize};

/// An officer as it is indexed: its entry with what people know of its organisation.
///
/// When an organisation's names change, its officers must be applied again. Officers of a suspended organisation must be
/// withdrawn from the index by the caller; the index shows all it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexedOfficer {
    /// The register-wide name.
    pub name: OfficerName,
    /// The personal name, as long as the entry has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// What the function is called.
    pub function_title: String,
    /// What sort of function it is.
    pub kind: OfficerKind,
    /// What it does.
    pub description: String,
    /// Life domains.
    pub domains: Vec<DomainCode>,
    /// Laws and schemes in which it can do something.
    pub competences: Vec<CompetenceCode>,
    /// Laws and schemes for which one must be elsewhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_for: Vec<CompetenceCode>,
    /// Municipalities that it serves; empty means the whole country.
    pub area: Vec<MunicipalityCode>,
    /// The highest level of any of its mandates. Whether one has ended is not looked at: a ranking must not know the clock.
    pub mandate: MandateLevel,
    /// Its mandates in plain words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mandate_texts: Vec<String>,
    /// When its organisation last said that the entry is right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified_on: Option<Date>,
    /// Its organisation.
    pub organisation: Arc<IndexedOrganisation>,
}

/// What the index holds of an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexedOrganisation {
    /// Its id.
    pub id: OrganisationId,
    /// The official name.
    pub name: String,
    /// What it is called in a sentence.
    pub short_name: String,
    /// Other and former names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// What sort of organisation it is.
    pub kind: OrganisationKind,
    /// Its CBS code, for a municipality.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub municipality: Option<MunicipalityCode>,
}

impl From<&Organisation> for IndexedOrganisation {
    fn from(organisation: &Organisation) -> Self {
        Self {
            id: organisation.id.clone(),
            name: organisation.name.clone(),
            short_name: organisation.short_name.clone(),
            aliases: organisation.aliases.clone(),
            kind: organisation.kind,
            municipality: organisation.municipality_code.clone(),
        }
    }
}

impl IndexedOfficer {
    /// What is indexed of `entry`, which belongs to `organisation`.
    pub fn new(entry: &Entry, organisation: Arc<IndexedOrganisation>) -> Self {
        Self::of(&entry.officer, entry.verified_on(), organisation)
    }

    /// What is indexed of `officer`, last verified on that day.
    pub fn of(officer: &Officer, verified_on: Option<Date>, organisation: Arc<IndexedOrganisation>) -> Self {
        let texts = officer.mandates.iter().filter_map(|mandate| mandate.text.clone());
        Self {
            name: officer.officer_name(),
            person: officer.name.clone(),
            function_title: officer.function_title.clone(),
            kind: officer.kind,
            description: officer.description.clone(),
            domains: officer.domains.clone(),
            competences: officer.competences.clone(),
            not_for: officer.not_for.iter().map(|not_for| not_for.competence.clone()).collect(),
            area: officer.area.clone(),
            mandate: officer
                .mandates
                .iter()
                .map(|mandate| mandate.level)
                .min()
                .unwrap_or(MandateLevel::Refer),
            mandate_texts: texts.filter(|text| !text.trim().is_empty()).collect(),
            verified_on,
            organisation,
        }
    }
}
