//! Mandates: who may decide is the question of the field.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::identifier::CompetenceCode;

/// What an officer may decide, up to what, and with whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mandate {
    /// How far it goes.
    pub level: MandateLevel,
    /// In which competences; empty means in all of the officer's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub competences: Vec<CompetenceCode>,
    /// Up to what, "tot € 5.000".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<String>,
    /// Who must be consulted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consult: Option<String>,
    /// On what it rests, "mandaatbesluit 2025, art. 4".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
    /// Last day on which it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// In plain words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// How far a mandate goes. The order is the order of answers: who decides comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MandateLevel {
    /// May decide.
    Decide,
    /// Advises who decides.
    Advise,
    /// Knows who decides.
    Refer,
}

impl MandateLevel {
    /// All levels, highest first.
    pub const ALL: [MandateLevel; 3] = [Self::Decide, Self::Advise, Self::Refer];

    /// The word in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Decide => "decide",
            Self::Advise => "advise",
            Self::Refer => "refer",
        }
    }

    /// The level of this word, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == word)
    }
}
