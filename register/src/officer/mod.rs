//! An officer (maatwerkfunctionaris): who may make an exception, in what, for whom, and how to reach them.

mod approach;
mod contact;
mod hours;
mod mandate;
mod personal;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use approach::{Approach, Channel};
pub use contact::{Contact, Email, Phone};
pub(crate) use hours::parse_time;
pub use hours::{OpeningHours, Weekday, format_time};
pub use mandate::{Mandate, MandateLevel};
pub use personal::PersonalPart;

use crate::identifier::{CompetenceCode, DomainCode, MunicipalityCode, OfficerId, OfficerName, OrganisationId};

/// An officer as its organisation published it. In JSON, absent fields have their defaults.
///
/// Absences and verification are not part of it: they are overlays with calls of their own, which no snapshot touches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Officer {
    /// The organisation that it belongs to, and that alone may write it.
    pub organisation: OrganisationId,
    /// Its id there.
    pub id: OfficerId,
    /// The name of a person, if it must be. A function with a mailbox is the normal entry. *Personal part.*
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Last day on which the name is shown; required with a name. *Personal part.*
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_until: Option<Date>,
    /// What the function is called.
    pub function_title: String,
    /// What sort of function it is.
    #[serde(default)]
    pub kind: OfficerKind,
    /// What it does, in everyday Dutch.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Life domains.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub domains: Vec<DomainCode>,
    /// Laws and schemes in which it can do something.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub competences: Vec<CompetenceCode>,
    /// Laws and schemes for which one must be elsewhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_for: Vec<NotFor>,
    /// Municipalities that it serves; empty means the whole country.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub area: Vec<MunicipalityCode>,
    /// What it may decide.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mandates: Vec<Mandate>,
    /// How to approach it, and with what at hand.
    #[serde(default)]
    pub approach: Approach,
    /// How to reach it. *Personal part*, but for the page.
    #[serde(default)]
    pub contact: Contact,
    /// When it answers; empty means unknown, and counts as office hours.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hours: Vec<OpeningHours>,
    /// Who stands in during an absence: an officer of the same organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deputy: Option<OfficerId>,
    /// By what means the organisation keeps it.
    #[serde(default)]
    pub managed_by: ManagedBy,
}

impl Officer {
    /// The register-wide name.
    pub fn officer_name(&self) -> OfficerName {
        OfficerName::new(self.organisation.clone(), self.id.clone())
    }

    /// The highest level of any mandate that covers `competence` on `day`; refer, if none does.
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

/// Sorts of officers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OfficerKind {
    /// Who may make an exception at an organisation.
    #[default]
    Maatwerkfunctionaris,
    /// Who directs a case at the LMM.
    Regievoerder,
    /// PMM's ambassador at a ministry; stands behind the LMM.
    Ambassadeur,
    /// A member of the escalation team; stands behind the LMM.
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

    /// The kind of this word, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// A competence for which one must not be here, and where then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotFor {
    /// The law or scheme.
    pub competence: CompetenceCode,
    /// Where one should be, in words or as an organisation id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub see: Option<String>,
}

/// By what means an organisation keeps an officer. A snapshot compares and withdraws only what is managed by sync.
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

    /// The means of this word, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Sync, Self::Page].into_iter().find(|means| means.as_str() == word)
    }
}
