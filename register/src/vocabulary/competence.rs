//! Competences: the laws and schemes (wetten en regelingen) that officers handle.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::identifier::{CompetenceCode, DomainCode};

/// A law or scheme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Competence {
    /// Its code, `EB-WLZ`.
    pub code: CompetenceCode,
    /// Its Dutch name.
    pub label: String,
    /// Its usual abbreviation, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub abbreviation: Option<String>,
    /// The title of the law or regulation behind it.
    pub official_title: String,
    /// The life domains that it belongs to.
    pub domains: Vec<DomainCode>,
    /// Its executors, as keys of [`super::Executor`].
    pub executed_by: Vec<String>,
    /// Other and former names of the scheme or its law.
    pub synonyms: Vec<String>,
    /// What people type when they mean it: everyday words, symptoms, senders of letters, life events.
    pub phrases: Vec<String>,
    /// The situations in which it matters, in one to three everyday sentences.
    pub situations: String,
    /// First day on which it is in force, if limited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Date>,
    /// Last day on which it is in force, if limited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Date>,
}

impl Competence {
    /// Whether it is in force on `day`.
    pub fn is_valid_on(&self, day: Date) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_until.is_none_or(|until| day <= until)
    }

    /// Its names: label, abbreviation and synonyms. Phrases only hint at it and are not names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.label)
            .chain(&self.abbreviation)
            .chain(&self.synonyms)
            .map(String::as_str)
    }
}
