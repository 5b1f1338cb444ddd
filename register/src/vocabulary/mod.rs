//! The controlled vocabulary: life domains and competences, and what people call them.
//!
//! Its content lies in `register/vocabulary/*.toml` and is part of the program ([`Vocabulary::builtin`]); codes are public
//! API and never change their meaning. The hash covers every byte of the files, so that indexes and search plans made with
//! another version are recognised. An operator may add words by which questions are understood ([`Synonyms`]).

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
    /// As it was before an operator's words came to it, if some did.
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

    /// The vocabulary without an operator's words: what registers of one version have in common. Entries are analysed with
    /// its words and no others, so that they score the same everywhere.
    pub fn shared(&self) -> &Vocabulary {
        self.shared.as_deref().unwrap_or(self)
    }

    /// SHA-256 of its files and of an operator's words, in hexadecimal.
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

    /// Who carries schemes out.
    pub fn executors(&self) -> &[Executor] {
        &self.executors
    }

    /// Terms that name more than one competence.
    pub fn ambiguous_terms(&self) -> &[AmbiguousTerm] {
        &self.ambiguous
    }

    /// What an operator's people call organisations, beside the names that a register has.
    pub fn organisation_names(&self) -> impl Iterator<Item = (&OrganisationId, &[String])> {
        self.organisation_names.iter().map(|(id, names)| (id, names.as_slice()))
    }

    /// The domain of this code.
    pub fn domain(&self, code: &DomainCode) -> Option<&Domain> {
        self.domain_positions.get(code).map(|&position| &self.domains[position])
    }

    /// The competence of this code.
    pub fn competence(&self, code: &CompetenceCode) -> Option<&Competence> {
        self.competence_positions
            .get(code)
            .map(|&position| &self.competences[position])
    }

    /// The executor of this key.
    pub fn executor(&self, key: &str) -> Option<&Executor> {
        self.executor_positions.get(key).map(|&position| &self.executors[position])
    }

    /// The competences that belong to a domain, in order of code.
    pub fn competences_of_domain<'a>(&'a self, code: &'a DomainCode) -> impl Iterator<Item = &'a Competence> {
        self.competences
            .iter()
            .filter(move |competence| competence.domains.contains(code))
    }

    /// The domains that a competence belongs to; none if the code is unknown.
    pub fn domains_of_competence(&self, code: &CompetenceCode) -> &[DomainCode] {
        self.competence(code).map_or(&[], |competence| &competence.domains)
    }

    /// Who carries a competence out, the most likely first; none if the code is unknown.
    pub fn executors_of<'a>(&'a self, code: &CompetenceCode) -> impl Iterator<Item = &'a Executor> {
        let keys = self.competence(code).map_or(&[][..], |competence| &competence.executed_by);
        keys.iter().filter_map(|key| self.executor(key))
    }

    /// Every word by which domains and competences are known: what an analyser takes for right.
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
