//! The documents of the index: officers, with all that they are found, counted, ordered and grouped by.

use std::sync::Arc;

use jiff::civil::Date;
use register::entry::Entry;
use register::identifier::{CompetenceCode, DomainCode, MunicipalityCode, OfficerName, OrganisationId};
use register::officer::{MandateLevel, Officer, OfficerKind};
use register::organisation::{Organisation, OrganisationKind};
use serde::Serialize;

/// An officer as it is indexed: its entry, with the names of its organisation.
///
/// When the names of an organisation change, the caller must apply its officers again. The caller must also withdraw the
/// officers of suspended organisations, because searches return everything that is indexed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexedOfficer {
    /// The register-wide name.
    pub name: OfficerName,
    /// The person's name, if the entry has one.
    pub person: Option<String>,
    /// What the function is called.
    pub function_title: String,
    /// The kind of function.
    pub kind: OfficerKind,
    /// The description.
    pub description: String,
    /// Life domains.
    pub domains: Vec<DomainCode>,
    /// The laws and schemes in which it can act.
    pub competences: Vec<CompetenceCode>,
    /// The laws and schemes for which it refers to somebody else.
    pub not_for: Vec<CompetenceCode>,
    /// The municipalities that it serves; empty means the whole country.
    pub area: Vec<MunicipalityCode>,
    /// The highest level of its mandates, including ended ones: ranking must not depend on the clock.
    pub mandate: MandateLevel,
    /// The texts of its mandates.
    pub mandate_texts: Vec<String>,
    /// When its organisation last said that the entry is right.
    pub verified_on: Option<Date>,
    /// Its organisation.
    pub organisation: Arc<IndexedOrganisation>,
}

/// An organisation as it is indexed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexedOrganisation {
    /// Its id.
    pub id: OrganisationId,
    /// The official name.
    pub name: String,
    /// The short name, for use in sentences.
    pub short_name: String,
    /// Other and former names.
    pub aliases: Vec<String>,
    /// The kind of organisation.
    pub kind: OrganisationKind,
    /// Its CBS code, for a municipality.
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
    /// Takes what is indexed from `entry`, which belongs to `organisation`.
    pub fn new(entry: &Entry, organisation: Arc<IndexedOrganisation>) -> Self {
        Self::of(&entry.officer, entry.verified_on(), organisation)
    }

    /// Takes what is indexed from `officer`, which was last verified on `verified_on`.
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
            mandate: officer.highest_mandate(),
            mandate_texts: texts.filter(|text| !text.trim().is_empty()).collect(),
            verified_on,
            organisation,
        }
    }
}

/// The texts of an officer that are highlighted in hits.
pub trait OfficerTexts {
    /// What the function is called.
    fn function_title(&self) -> &str;
    /// The description.
    fn description(&self) -> &str;
    /// The texts of the mandates.
    fn mandate_texts(&self) -> Vec<&str>;
    /// The person's name, if there is one.
    fn person(&self) -> Option<&str>;
}

/// Returns the texts of the officer of this name, as they were indexed. Without them a hit has no highlights.
pub type FindTexts<'a> = dyn Fn(&OfficerName) -> Option<Arc<dyn OfficerTexts>> + 'a;

impl OfficerTexts for Entry {
    fn function_title(&self) -> &str {
        &self.officer.function_title
    }

    fn description(&self) -> &str {
        &self.officer.description
    }

    fn mandate_texts(&self) -> Vec<&str> {
        let texts = self.officer.mandates.iter().filter_map(|mandate| mandate.text.as_deref());
        texts.collect()
    }

    fn person(&self) -> Option<&str> {
        self.officer.name.as_deref()
    }
}

impl OfficerTexts for IndexedOfficer {
    fn function_title(&self) -> &str {
        &self.function_title
    }

    fn description(&self) -> &str {
        &self.description
    }

    fn mandate_texts(&self) -> Vec<&str> {
        self.mandate_texts.iter().map(String::as_str).collect()
    }

    fn person(&self) -> Option<&str> {
        self.person.as_deref()
    }
}

/// The text fields of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TextField {
    /// The function title.
    FunctionTitle,
    /// The description.
    Description,
    /// The texts of the mandates.
    Mandate,
    /// The names of the organisation.
    Organisation,
    /// The name of the person.
    Person,
}

impl TextField {
    /// All fields.
    pub const ALL: [TextField; 5] = [
        Self::FunctionTitle,
        Self::Description,
        Self::Mandate,
        Self::Organisation,
        Self::Person,
    ];

    /// Returns the name of the field in the schema and in explanations.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FunctionTitle => "function_title",
            Self::Description => "description",
            Self::Mandate => "mandate",
            Self::Organisation => "organisation",
            Self::Person => "person",
        }
    }
}
