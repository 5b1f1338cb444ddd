//! The municipality field: people name the town or village of a household.

use register::gazetteer::Gazetteer;
use register::identifier::MunicipalityCode;

use crate::pages::dutch::and;

/// Parses a municipality or place. Returns `None` for an empty text, and a message for an unknown or ambiguous name.
pub(in crate::pages) fn read(text: &str, gazetteer: &Gazetteer) -> Result<Option<MunicipalityCode>, String> {
    let text = text.trim();
    let name = text
        .strip_prefix("gemeente ")
        .or_else(|| text.strip_prefix("Gemeente "))
        .unwrap_or(text);
    if name.is_empty() {
        return Ok(None);
    }
    if let Some(code) = MunicipalityCode::parse(name)
        .ok()
        .filter(|code| gazetteer.municipality(code).is_some())
    {
        return Ok(Some(code));
    }
    match gazetteer.meant_by(name) {
        [] => Err("Deze gemeente of plaats kennen we niet. Kijk hoe u het schrijft, of laat het veld leeg.".to_owned()),
        [only] => Ok(Some(only.clone())),
        several => {
            let names: Vec<String> = several
                .iter()
                .take(5)
                .map(|code| gazetteer.official_name(code).to_owned())
                .collect();
            Err(format!(
                "Er zijn meer plaatsen met deze naam. Kies een gemeente: {}.",
                and(&names)
            ))
        }
    }
}

/// The name of a municipality for the field.
pub(in crate::pages) fn name(code: Option<&MunicipalityCode>, gazetteer: &Gazetteer) -> String {
    code.and_then(|code| gazetteer.municipality(code))
        .map_or_else(String::new, |known| {
            // An ambiguous name would not be read back as the same municipality.
            if gazetteer.find(&known.name).len() == 1 {
                known.name.clone()
            } else {
                known.official_name.clone()
            }
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Result<Option<String>, String> {
        read(text, &Gazetteer::builtin()).map(|code| code.map(|code| code.to_string()))
    }

    #[test]
    fn towns_and_municipalities_are_known_by_name() {
        assert_eq!(code(""), Ok(None));
        assert_eq!(code(" Zaanstad "), Ok(Some("GM0479".to_owned())));
        assert_eq!(code("gemeente zaanstad"), Ok(Some("GM0479".to_owned())));
        assert_eq!(code("Krommenie"), Ok(Some("GM0479".to_owned())));
        assert!(code("Nergenshuizen").unwrap_err().contains("kennen we niet"));
    }

    #[test]
    fn every_name_is_read_back_as_the_same_municipality() {
        let gazetteer = Gazetteer::builtin();
        for municipality in gazetteer.municipalities() {
            let shown = name(Some(&municipality.code), &gazetteer);
            assert_eq!(read(&shown, &gazetteer), Ok(Some(municipality.code.clone())), "{shown}");
        }
    }
}
