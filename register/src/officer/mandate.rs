//! Mandates: what an officer may decide.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::identifier::CompetenceCode;

/// What an officer may decide, up to which limit, and after consulting whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mandate {
    /// Its level.
    pub level: MandateLevel,
    /// The competences that it covers. Empty means all of the officer's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub competences: Vec<CompetenceCode>,
    /// Its limit, "tot € 5.000".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<String>,
    /// Who must be consulted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consult: Option<String>,
    /// Its legal basis, "mandaatbesluit 2025, art. 4".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
    /// Last day on which it is valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// An explanation in plain words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// The level of a mandate. The order is the order of answers: deciding officers first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MandateLevel {
    /// May decide.
    Decide,
    /// May advise those who decide.
    Advise,
    /// May refer to those who decide.
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
