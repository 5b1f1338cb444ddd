//! An organisation: it publishes officers, its desk is the fallback of every route, and a joint body acts for municipalities.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::identifier::{CompetenceCode, DomainCode, MunicipalityCode, OrganisationId};
use crate::officer::{Email, OpeningHours, Phone, WebAddress};
use crate::peer::Sharing;

/// An organisation of the register. In JSON, absent fields have their defaults.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// TOOI code in lower case where there is one, else assigned.
    pub id: OrganisationId,
    /// The official name, "Gemeente 's-Gravenhage".
    pub name: String,
    /// The name used in sentences, "Den Haag", "CAK".
    pub short_name: String,
    /// Other and former names that people type.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Its kind.
    pub kind: OrganisationKind,
    /// Its identity in the national value list, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tooi_uri: Option<String>,
    /// Its CBS code, for a municipality.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub municipality_code: Option<MunicipalityCode>,
    /// Towns and villages of a municipality, by which people search.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<String>,
    /// The municipalities that a joint body or centre municipality acts for, and in which schemes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub serves: Vec<Service>,
    /// The general contact: the target of a route if no officer fits.
    #[serde(default)]
    pub desk: Desk,
    /// How far it has joined the register.
    pub status: OrganisationStatus,
    /// Whether its board has agreed to join ("bestuurlijk aangesloten"). Independent of [`OrganisationStatus::Connected`].
    #[serde(default)]
    pub agreement: bool,
    /// First day of its existence, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Date>,
    /// Last day of its existence: municipalities merge every 1 January.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Date>,
    /// The organisations that took over its tasks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub successors: Vec<OrganisationId>,
    /// What other registers may do with its officers.
    #[serde(default, skip_serializing_if = "Sharing::is_default")]
    pub sharing: Sharing,
}

impl Organisation {
    /// Whether it exists on `day`.
    pub fn is_valid_on(&self, day: Date) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_until.is_none_or(|until| day <= until)
    }

    /// Whether its officers appear in answers. A suspended organisation keeps its officers, but they are hidden.
    pub fn is_visible(&self) -> bool {
        self.status != OrganisationStatus::Suspended
    }
}

/// The kinds of organisations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OrganisationKind {
    /// A municipality.
    Gemeente,
    /// An executing organisation: SVB, UWV, CAK.
    Uitvoeringsorganisatie,
    /// A ministry. Its ambassadors back the LMM.
    Ministerie,
    /// An umbrella organisation.
    Koepel,
    /// A joint body of municipalities.
    Samenwerkingsverband,
    /// Health insurers, care offices and providers.
    Zorg,
    /// A desk that takes over cases from others: the LMM.
    Loket,
    /// An escalation team: the LET.
    Escalatieteam,
    /// Anything else.
    Overig,
}

impl OrganisationKind {
    /// All kinds, in the order of the contract.
    pub const ALL: [OrganisationKind; 9] = [
        Self::Gemeente,
        Self::Uitvoeringsorganisatie,
        Self::Ministerie,
        Self::Koepel,
        Self::Samenwerkingsverband,
        Self::Zorg,
        Self::Loket,
        Self::Escalatieteam,
        Self::Overig,
    ];

    /// The word in files and on screen.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gemeente => "gemeente",
            Self::Uitvoeringsorganisatie => "uitvoeringsorganisatie",
            Self::Ministerie => "ministerie",
            Self::Koepel => "koepel",
            Self::Samenwerkingsverband => "samenwerkingsverband",
            Self::Zorg => "zorg",
            Self::Loket => "loket",
            Self::Escalatieteam => "escalatieteam",
            Self::Overig => "overig",
        }
    }

    /// Parses the word for a kind. None if unknown.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// How far an organisation has joined the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OrganisationStatus {
    /// It exists and has not joined, like most municipalities.
    Known,
    /// It is joining: it may publish, and its officers are shown.
    Connecting,
    /// It publishes its officers.
    Connected,
    /// It may not publish for now, and its officers are hidden.
    Suspended,
}

impl OrganisationStatus {
    /// All statuses, in the order of the contract.
    pub const ALL: [OrganisationStatus; 4] = [Self::Known, Self::Connecting, Self::Connected, Self::Suspended];

    /// The word in files and on screen.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Known => "known",
            Self::Connecting => "connecting",
            Self::Connected => "connected",
            Self::Suspended => "suspended",
        }
    }

    /// Parses the word for a status. None if unknown.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

/// A municipality that a joint body acts for, in some competences or domains. Neither means in everything that it does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// The municipality.
    pub municipality: MunicipalityCode,
    /// The schemes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub competences: Vec<CompetenceCode>,
    /// The life domains.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub domains: Vec<DomainCode>,
    /// The power that it exercises.
    pub basis: ServiceBasis,
    /// First day, if it is limited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// Last day, if it is limited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

/// The power of a joint body (Awb, 10:3 and 10:13): beside the municipality, or in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ServiceBasis {
    /// It acts in the municipality's name; the municipality may still decide itself.
    Mandaat,
    /// The power is delegated to the joint body; the municipality can no longer decide.
    Delegatie,
}

impl ServiceBasis {
    /// The word in files and on screen.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mandaat => "mandaat",
            Self::Delegatie => "delegatie",
        }
    }

    /// Parses the word for a basis. None if unknown.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Mandaat, Self::Delegatie]
            .into_iter()
            .find(|basis| basis.as_str() == word)
    }
}

/// An organisation's general contact. It belongs to a function, so it is not personal data.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desk {
    /// Central mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// Central phone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Phone>,
    /// A page about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<WebAddress>,
    /// Opening hours. Empty means unknown and counts as office hours.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hours: Vec<OpeningHours>,
}

impl Desk {
    /// Whether it has a mail address, a phone number or a page.
    pub fn is_reachable(&self) -> bool {
        self.email.is_some() || self.phone.is_some() || self.url.is_some()
    }
}
