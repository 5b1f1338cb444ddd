//! An officer (maatwerkfunctionaris): someone who may make an exception for a household, and how to reach them.

mod approach;
mod contact;
mod hours;
mod mandate;
mod personal;
mod verdict;
mod web_address;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use approach::{Approach, Channel};
pub use contact::{Contact, Email, Phone};
pub(crate) use hours::parse_time;
pub use hours::{OpeningHours, Weekday, format_time};
pub use mandate::{Mandate, MandateLevel};
pub use personal::PersonalPart;
pub use web_address::WebAddress;

use crate::identifier::{CompetenceCode, DomainCode, MunicipalityCode, OfficerId, OfficerName, OrganisationId};

/// An officer as its organisation published it. In JSON, absent fields have their defaults.
///
/// Absences and verification are separate overlays with calls of their own, which no snapshot touches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Officer {
    /// The organisation that it belongs to, which alone may write it.
    pub organisation: OrganisationId,
    /// Its id within the organisation.
    pub id: OfficerId,
    /// The name of a person, if unavoidable. A function with a mailbox is the normal entry. *Personal part.*
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Last day on which the name is shown; required with a name. *Personal part.*
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_until: Option<Date>,
    /// The title of the function.
    pub function_title: String,
    /// The kind of function.
    #[serde(default)]
    pub kind: OfficerKind,
    /// A description in everyday Dutch.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Life domains.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub domains: Vec<DomainCode>,
    /// Laws and schemes that it handles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub competences: Vec<CompetenceCode>,
    /// Laws and schemes that it explicitly does not handle.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_for: Vec<NotFor>,
    /// Municipalities that it serves. Empty means nationwide.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub area: Vec<MunicipalityCode>,
    /// What it may decide.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mandates: Vec<Mandate>,
    /// How to approach it, and what to have at hand.
    #[serde(default)]
    pub approach: Approach,
    /// How to reach it. *Personal part*, except for the page.
    #[serde(default)]
    pub contact: Contact,
    /// Opening hours. Empty means unknown and counts as office hours.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hours: Vec<OpeningHours>,
    /// Its deputy during an absence: an officer of the same organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deputy: Option<OfficerId>,
    /// How the organisation maintains it.
    #[serde(default)]
    pub managed_by: ManagedBy,
}

impl Officer {
    /// The register-wide name.
    pub fn officer_name(&self) -> OfficerName {
        OfficerName::new(self.organisation.clone(), self.id.clone())
    }

    /// The highest level of all mandates, or refer if there is none: the level by which results are ordered, whatever the day.
    pub fn highest_mandate(&self) -> MandateLevel {
        let levels = self.mandates.iter().map(|mandate| mandate.level);
        levels.min().unwrap_or(MandateLevel::Refer)
    }

    /// The highest level of the mandates that cover `competence` on `day`, or refer if there is none. Without a competence, of
    /// all mandates valid on that day.
    pub fn mandate_level(&self, competence: Option<&CompetenceCode>, day: Date) -> MandateLevel {
        self.mandates
            .iter()
            .filter(|mandate| mandate.until.is_none_or(|until| day <= until))
            .filter(|mandate| match competence {
                Some(code) => mandate.competences.is_empty() || mandate.competences.contains(code),
                None => true,
            })
            .map(|mandate| mandate.level)
            .min()
            .unwrap_or(MandateLevel::Refer)
    }
}

/// The kinds of officers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OfficerKind {
    /// Someone who may make exceptions at an organisation.
    #[default]
    Maatwerkfunctionaris,
    /// A case director at the LMM.
    Regievoerder,
    /// PMM's ambassador at a ministry, who backs the LMM.
    Ambassadeur,
    /// A member of the escalation team, which backs the LMM.
    Escalatielid,
}

impl OfficerKind {
    /// All kinds, in the order of the contract.
    pub const ALL: [OfficerKind; 4] = [
        Self::Maatwerkfunctionaris,
        Self::Regievoerder,
        Self::Ambassadeur,
        Self::Escalatielid,
    ];

    /// The word in files and on screen.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Maatwerkfunctionaris => "maatwerkfunctionaris",
            Self::Regievoerder => "regievoerder",
            Self::Ambassadeur => "ambassadeur",
            Self::Escalatielid => "escalatielid",
        }
    }

    /// Parses the word for a kind. None if unknown.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// A competence that the officer does not handle, and where to go instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotFor {
    /// The law or scheme.
    pub competence: CompetenceCode,
    /// Where to go instead, in words or as an organisation id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub see: Option<String>,
}

/// How an organisation maintains an officer. A snapshot only compares and withdraws officers managed by sync.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ManagedBy {
    /// By snapshots and deltas from its own system.
    #[default]
    Sync,
    /// By hand, on the page.
    Page,
}

impl ManagedBy {
    /// The word in files and on screen.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sync => "sync",
            Self::Page => "page",
        }
    }

    /// Parses the word for a means. None if unknown.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Sync, Self::Page].into_iter().find(|means| means.as_str() == word)
    }
}
