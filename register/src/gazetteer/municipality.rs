//! Municipalities, current and former.

use jiff::civil::Date;

use crate::identifier::MunicipalityCode;
use crate::oin::Oin;

/// A current municipality.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Municipality {
    /// Its CBS code.
    pub code: MunicipalityCode,
    /// Its usual name, "Den Haag".
    pub name: String,
    /// Its official name, "'s-Gravenhage". Usually equal to its name.
    pub official_name: String,
    /// Its OIN. It does not authorise anybody.
    pub oin: Oin,
    /// Its province.
    pub province: String,
    /// Short forms, nicknames, names in other languages, well-known districts.
    pub other_names: Vec<String>,
    /// Its towns and villages, except one with its own name.
    pub places: Vec<String>,
}

/// A municipality that was merged or renamed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormerMunicipality {
    /// Its CBS code.
    pub code: MunicipalityCode,
    /// Its name.
    pub name: String,
    /// Its last day.
    pub ended: Date,
    /// The municipalities that cover its territory today. The first has most of it.
    pub successors: Vec<MunicipalityCode>,
}
