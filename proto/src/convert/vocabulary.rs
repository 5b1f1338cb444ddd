//! The vocabulary → its message.

use register::vocabulary::{Competence, Domain, Executor, Vocabulary};

use super::text::{from_date, or_empty, to_texts};
use crate::v1;

impl From<&Vocabulary> for v1::Vocabulary {
    fn from(vocabulary: &Vocabulary) -> Self {
        let competences = vocabulary.competences().iter();
        Self {
            version: vocabulary.version().to_owned(),
            hash: vocabulary.hash().to_owned(),
            domains: vocabulary.domains().iter().map(v1::Domain::from).collect(),
            competences: competences
                .map(|competence| competence_message(vocabulary, competence))
                .collect(),
        }
    }
}

fn competence_message(vocabulary: &Vocabulary, competence: &Competence) -> v1::Competence {
    v1::Competence {
        code: competence.code.to_string(),
        label: competence.label.clone(),
        official_title: competence.official_title.clone(),
        abbreviation: or_empty(competence.abbreviation.as_deref()),
        domains: to_texts(&competence.domains),
        executed_by: vocabulary.executors_of(&competence.code).map(v1::Executor::from).collect(),
        synonyms: competence.synonyms.clone(),
        phrases: competence.phrases.clone(),
        situations: competence.situations.clone(),
        valid_from: from_date(competence.valid_from),
        valid_until: from_date(competence.valid_until),
    }
}

impl From<&Domain> for v1::Domain {
    fn from(domain: &Domain) -> Self {
        Self {
            code: domain.code.to_string(),
            label: domain.label.clone(),
            definition: domain.definition.clone(),
            synonyms: domain.synonyms.clone(),
        }
    }
}

impl From<&Executor> for v1::Executor {
    fn from(executor: &Executor) -> Self {
        let organisation = executor.organisation.as_ref();
        Self {
            key: executor.key.clone(),
            label: executor.label.clone(),
            organisation: organisation.map(|id| id.resource_name()).unwrap_or_default(),
        }
    }
}
