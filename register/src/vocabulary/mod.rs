//! The controlled vocabulary: life domains and competences, and the words people use for them.
//!
//! The data is in `register/vocabulary/*.toml` and compiled into the program ([`Vocabulary::builtin`]). Codes are public API and
//! never change their meaning. The hash covers every byte of the files, so that indexes and search plans of another version are
//! detected. An operator may add synonyms, which only affect how queries are understood ([`Synonyms`]).

mod ambiguous;
mod builtin;
mod competence;
mod domain;
mod executor;
mod load;
mod nearest;
mod synonyms;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

pub use ambiguous::AmbiguousTerm;
pub use competence::Competence;
pub use domain::Domain;
pub use executor::Executor;
pub use load::{SourceFile, VocabularyFault, VocabularyFaults, load};
pub use synonyms::Synonyms;

use crate::identifier::{CompetenceCode, DomainCode, OrganisationId};

/// A vocabulary: complete, consistent and immutable.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    version: String,
    hash: String,
    domains: Vec<Domain>,
    competences: Vec<Competence>,
    executors: Vec<Executor>,
    ambiguous: Vec<AmbiguousTerm>,
    organisation_names: BTreeMap<OrganisationId, Vec<String>>,
    /// The vocabulary without the operator's synonyms, if it has any.
    shared: Option<Arc<Vocabulary>>,
    domain_positions: HashMap<DomainCode, usize>,
    competence_positions: HashMap<CompetenceCode, usize>,
    executor_positions: HashMap<String, usize>,
}

impl Vocabulary {
    fn new(
        version: String,
        hash: String,
        domains: Vec<Domain>,
        competences: Vec<Competence>,
        executors: Vec<Executor>,
        ambiguous: Vec<AmbiguousTerm>,
    ) -> Self {
        let domain_positions = domains.iter().enumerate().map(|(i, d)| (d.code.clone(), i)).collect();
        let competence_positions = competences.iter().enumerate().map(|(i, c)| (c.code.clone(), i)).collect();
        let executor_positions = executors.iter().enumerate().map(|(i, e)| (e.key.clone(), i)).collect();
        Self {
            version,
            hash,
            domains,
            competences,
            executors,
            ambiguous,
            organisation_names: BTreeMap::new(),
            shared: None,
            domain_positions,
            competence_positions,
            executor_positions,
        }
    }

    /// Its version, `2026.1`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The vocabulary without the operator's synonyms, which all registers of one version share. Entries are analysed with it
    /// alone, so that they score the same in every register.
    pub fn shared(&self) -> &Vocabulary {
        self.shared.as_deref().unwrap_or(self)
    }

    /// SHA-256 of the files and the operator's synonyms, in hexadecimal.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The life domains, in their usual order.
    pub fn domains(&self) -> &[Domain] {
        &self.domains
    }

    /// The competences, in order of code.
    pub fn competences(&self) -> &[Competence] {
        &self.competences
    }

    /// The executors of schemes.
    pub fn executors(&self) -> &[Executor] {
        &self.executors
    }

    /// The names that several competences share.
    pub fn ambiguous_terms(&self) -> &[AmbiguousTerm] {
        &self.ambiguous
    }

    /// The operator's synonyms for organisations.
    pub fn organisation_names(&self) -> impl Iterator<Item = (&OrganisationId, &[String])> {
        self.organisation_names.iter().map(|(id, names)| (id, names.as_slice()))
    }

    /// The domain with this code.
    pub fn domain(&self, code: &DomainCode) -> Option<&Domain> {
        self.domain_positions.get(code).map(|&position| &self.domains[position])
    }

    /// The competence with this code.
    pub fn competence(&self, code: &CompetenceCode) -> Option<&Competence> {
        self.competence_positions
            .get(code)
            .map(|&position| &self.competences[position])
    }

    /// The executor with this key.
    pub fn executor(&self, key: &str) -> Option<&Executor> {
        self.executor_positions.get(key).map(|&position| &self.executors[position])
    }

    /// The competences that belong to a domain, in order of code.
    pub fn competences_of_domain<'a>(&'a self, code: &'a DomainCode) -> impl Iterator<Item = &'a Competence> {
        self.competences
            .iter()
            .filter(move |competence| competence.domains.contains(code))
    }

    /// The domains that a competence belongs to. Empty if the code is unknown.
    pub fn domains_of_competence(&self, code: &CompetenceCode) -> &[DomainCode] {
        self.competence(code).map_or(&[], |competence| &competence.domains)
    }

    /// The executors of a competence, the most likely first. Empty if the code is unknown.
    pub fn executors_of<'a>(&'a self, code: &CompetenceCode) -> impl Iterator<Item = &'a Executor> {
        let keys = self.competence(code).map_or(&[][..], |competence| &competence.executed_by);
        keys.iter().filter_map(|key| self.executor(key))
    }

    /// All texts about domains and competences, which an analyser may treat as correctly spelled.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let of_domains = self
            .domains
            .iter()
            .flat_map(|domain| [&domain.label, &domain.definition].into_iter().chain(&domain.synonyms));
        let of_competences = self.competences.iter().flat_map(|competence| {
            [&competence.label, &competence.official_title, &competence.situations]
                .into_iter()
                .chain(&competence.abbreviation)
                .chain(&competence.synonyms)
                .chain(&competence.phrases)
        });
        of_domains.chain(of_competences).map(String::as_str)
    }
}
