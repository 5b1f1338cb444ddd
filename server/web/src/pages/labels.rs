//! Labels for codes and names for identifiers, at the moment of one request.

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

/// The labels for one request.
pub(super) struct Labels<'a> {
    vocabulary: &'a Vocabulary,
    gazetteer: &'a Gazetteer,
    organisations: HashMap<OrganisationId, Arc<Organisation>>,
    last_resort: Option<Arc<Organisation>>,
    /// The moment of the request.
    pub(super) now: Timestamp,
    /// The day of the request in the Netherlands.
    pub(super) today: Date,
}

impl<'a> Labels<'a> {
    /// The labels at this moment.
    pub(super) fn new(directory: &'a Directory) -> Self {
        let clock = directory.clock();
        Self::at(directory.vocabulary(), directory.gazetteer(), clock.now(), clock.today())
    }

    /// The labels at the moment `now`.
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

    /// Loads the organisations that entries refer to, and the LMM. An organisation that is missing or hidden from the caller stays
    /// unknown, and its reference is shown as written.
    pub(super) async fn load_organisations(
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

    /// The LMM, where everybody can turn without a route, if it was loaded.
    pub(super) fn last_resort(&self) -> Option<&Organisation> {
        self.last_resort.as_deref()
    }

    /// Sets the LMM.
    #[cfg(test)]
    pub(super) fn with_last_resort(self, organisation: Arc<Organisation>) -> Self {
        Self {
            last_resort: Some(organisation),
            ..self
        }
    }

    /// The organisation `id`, if it was loaded.
    pub(super) fn organisation(&self, id: &OrganisationId) -> Option<&Organisation> {
        self.organisations.get(id).map(AsRef::as_ref)
    }

    /// The label of a competence.
    pub(super) fn competence(&self, code: &CompetenceCode) -> String {
        self.vocabulary
            .competence(code)
            .map_or_else(|| code.to_string(), |known| known.label.clone())
    }

    /// The label of the competence with this code, or the text itself if it is no code.
    pub(super) fn competence_named(&self, code: &str) -> String {
        CompetenceCode::parse(code).map_or_else(|_| code.to_owned(), |code| self.competence(&code))
    }

    /// The label of a life domain.
    pub(super) fn domain(&self, code: &DomainCode) -> String {
        self.vocabulary
            .domain(code)
            .map_or_else(|| code.to_string(), |known| known.label.clone())
    }

    /// The name of a municipality.
    pub(super) fn municipality(&self, code: &MunicipalityCode) -> String {
        self.gazetteer
            .municipality(code)
            .map_or_else(|| code.to_string(), |known| known.name.clone())
    }

    /// The gazetteer.
    pub(super) fn gazetteer(&self) -> &'a Gazetteer {
        self.gazetteer
    }

    /// The vocabulary.
    pub(super) fn vocabulary(&self) -> &'a Vocabulary {
        self.vocabulary
    }

    /// The name of a municipality for a form field, which is read back as the same municipality.
    pub(super) fn municipality_in_field(&self, code: &MunicipalityCode) -> String {
        super::search::place_name(Some(code), self.gazetteer)
    }
}

/// The organisation that a reference (`see`) names, if it has the form of one.
pub(super) fn parse_reference(see: &str) -> Option<OrganisationId> {
    OrganisationId::parse(see.strip_prefix("organisations/").unwrap_or(see)).ok()
}
