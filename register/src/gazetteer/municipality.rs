//! Municipalities, of today and former ones.

use jiff::civil::Date;

use crate::identifier::MunicipalityCode;
use crate::oin::Oin;

/// A municipality of today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Municipality {
    /// Its CBS code.
    pub code: MunicipalityCode,
    /// Its usual name, "Den Haag".
    pub name: String,
    /// Its official name, "'s-Gravenhage"; mostly the same.
    pub official_name: String,
    /// Its OIN: a fact about it, which authorises nobody.
    pub oin: Oin,
    /// The province it lies in.
    pub province: String,
    /// Short forms, nicknames, names in other languages, well-known districts.
    pub other_names: Vec<String>,
    /// Its towns and villages, other than one that bears its name.
    pub places: Vec<String>,
}

/// A municipality that was merged away or renamed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormerMunicipality {
    /// Its CBS code.
    pub code: MunicipalityCode,
    /// Its name.
    pub name: String,
    /// Its last day.
    pub ended: Date,
    /// Where its territory lies today; the first took most of it.
    pub successors: Vec<MunicipalityCode>,
}
