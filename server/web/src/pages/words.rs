//! Where the words of a page come from: labels of codes, names of municipalities and organisations, and the moment.

use std::collections::HashMap;
use std::sync::Arc;

use directory::Directory;
use jiff::{Timestamp, civil::Date};
use register::gazetteer::Gazetteer;
use register::identifier::{CompetenceCode, DomainCode, MunicipalityCode, OrganisationId};
use register::organisation::Organisation;
use register::vocabulary::Vocabulary;
use server_core::identity::Caller;
use server_core::views::Consistency;

/// What turns codes into words, for one request.
pub(super) struct Words<'a> {
    vocabulary: &'a Vocabulary,
    gazetteer: &'a Gazetteer,
    organisations: HashMap<OrganisationId, Arc<Organisation>>,
    last_resort: Option<Arc<Organisation>>,
    /// The moment of the request.
    pub(super) now: Timestamp,
    /// Its day in the Netherlands.
    pub(super) today: Date,
}

impl<'a> Words<'a> {
    /// The words of this moment.
    pub(super) fn new(directory: &'a Directory) -> Self {
        let clock = directory.clock();
        Self::at(directory.vocabulary(), directory.gazetteer(), clock.now(), clock.today())
    }

    /// The words of a moment.
    pub(super) fn at(vocabulary: &'a Vocabulary, gazetteer: &'a Gazetteer, now: Timestamp, today: Date) -> Self {
        Self {
            vocabulary,
            gazetteer,
            organisations: HashMap::new(),
            last_resort: None,
            now,
            today,
        }
    }

    /// Learns the names of the organisations that entries refer to, and where everybody can turn. One that is not there, or not
    /// for this caller, stays unknown: its reference is then shown as it was written.
    pub(super) async fn learn(
        &mut self,
        directory: &Directory,
        caller: &Caller,
        references: impl IntoIterator<Item = OrganisationId> + Send,
    ) {
        let references: Vec<OrganisationId> = references.into_iter().collect();
        for id in references {
            if self.organisations.contains_key(&id) {
                continue;
            }
            if let Ok(found) = directory.get_organisation(caller, &id, &Consistency::any()).await {
                self.organisations.insert(id, found.value);
            }
        }
        if let Some(loket) = directory.loket() {
            let found = directory.get_organisation(caller, &loket, &Consistency::any()).await;
            self.last_resort = found.ok().map(|found| found.value);
        }
    }

    /// Where everybody can turn when there is no route: the LMM, if it was learned.
    pub(super) fn last_resort(&self) -> Option<&Organisation> {
        self.last_resort.as_deref()
    }

    /// With the LMM, for tests.
    #[cfg(test)]
    pub(super) fn with_last_resort(self, organisation: Arc<Organisation>) -> Self {
        Self {
            last_resort: Some(organisation),
            ..self
        }
    }

    /// The organisation of this id, if it was learned.
    pub(super) fn organisation(&self, id: &OrganisationId) -> Option<&Organisation> {
        self.organisations.get(id).map(AsRef::as_ref)
    }

    /// What a competence is called.
    pub(super) fn competence(&self, code: &CompetenceCode) -> String {
        self.vocabulary
            .competence(code)
            .map_or_else(|| code.to_string(), |known| known.label.clone())
    }

    /// What the competence of a code that was typed or ticked is called.
    pub(super) fn competence_named(&self, code: &str) -> String {
        CompetenceCode::parse(code).map_or_else(|_| code.to_owned(), |code| self.competence(&code))
    }

    /// What a life domain is called.
    pub(super) fn domain(&self, code: &DomainCode) -> String {
        self.vocabulary
            .domain(code)
            .map_or_else(|| code.to_string(), |known| known.label.clone())
    }

    /// What a municipality is called.
    pub(super) fn municipality(&self, code: &MunicipalityCode) -> String {
        self.gazetteer
            .municipality(code)
            .map_or_else(|| code.to_string(), |known| known.name.clone())
    }

    /// The municipalities.
    pub(super) fn gazetteer(&self) -> &'a Gazetteer {
        self.gazetteer
    }

    /// The domains and competences.
    pub(super) fn vocabulary(&self) -> &'a Vocabulary {
        self.vocabulary
    }

    /// What a municipality is called in a field, so that it is read back as the same.
    pub(super) fn municipality_in_field(&self, code: &MunicipalityCode) -> String {
        super::search::place_name(Some(code), self.gazetteer)
    }
}

/// The organisation that a "see" refers to, if it is written as one.
pub(super) fn referred(see: &str) -> Option<OrganisationId> {
    OrganisationId::parse(see.strip_prefix("organisations/").unwrap_or(see)).ok()
}
