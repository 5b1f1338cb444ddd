//! Places whose name several municipalities have: the visitor says which one is meant.

use directory::Understanding;
use register::gazetteer::Gazetteer;

/// A place with the municipalities that it may be in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PlaceChoice {
    /// The name.
    pub(super) name: String,
    /// The codes and names of the municipalities.
    pub(super) municipalities: Vec<(String, String)>,
}

impl PlaceChoice {
    /// The places of a question that leave a choice.
    pub(super) fn all(understood: &Understanding, gazetteer: &Gazetteer) -> Vec<Self> {
        let places = understood.places.iter().filter(|place| place.municipalities.len() > 1);
        let places = places.map(|place| Self {
            name: place.name.clone(),
            municipalities: place
                .municipalities
                .iter()
                .map(|code| (code.to_string(), gazetteer.official_name(code).to_owned()))
                .collect(),
        });
        places.collect()
    }
}
