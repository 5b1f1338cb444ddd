//! Reads the organisations of an export.
//!
//! The reader walks to each `organisatie` and hands its text to serde, so that one organisation is in memory at a time and
//! what surrounds the organisations may change. An organisation within another one is part of it and is not read.

use quick_xml::Reader;
use quick_xml::errors::{Error as XmlError, IllFormedError, SyntaxError};
use quick_xml::events::{BytesStart, Event};
use serde::Deserialize;

/// The beginning of the export's namespace; the version follows.
const NAMESPACE: &str = "https://organisaties.overheid.nl/static/schema/oo/export/";

/// An organisation of the export.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RooOrganisation {
    /// Its number in the export, for the report.
    pub system_id: String,
    /// Its name.
    pub name: String,
    /// Its abbreviations.
    pub abbreviations: Vec<String>,
    /// Its types: "Gemeente", "Agentschap", …
    pub types: Vec<String>,
}

/// A file that is not a complete export.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RooError {
    /// It is not XML.
    #[error("the file is not XML at byte {0}")]
    NotXml(u64),
    /// It ends before its elements do.
    #[error("the file is not complete: it ends within an element; fetch the export again")]
    CutOff,
    /// It is other XML.
    #[error("the file is not an export of the Register van Overheidsorganisaties: its namespace does not begin with {NAMESPACE}")]
    OtherNamespace,
    /// An organisation has another form than the export's.
    #[error("the organisation at byte {0} does not have the form of the export")]
    OtherForm(u64),
}

/// An organisation as XML. Functions and the people in them have no field, so serde drops them.
#[derive(Deserialize)]
struct OrganisationElement {
    #[serde(rename = "@systeemId", default)]
    system_id: String,
    #[serde(rename = "naam", default)]
    name: String,
    #[serde(rename = "afkorting", default)]
    abbreviations: Vec<String>,
    #[serde(default)]
    types: TypesElement,
}

#[derive(Default, Deserialize)]
struct TypesElement {
    #[serde(rename = "type", default)]
    types: Vec<String>,
}

impl From<OrganisationElement> for RooOrganisation {
    fn from(element: OrganisationElement) -> Self {
        Self {
            system_id: element.system_id,
            name: element.name.trim().to_owned(),
            abbreviations: trimmed(&element.abbreviations),
            types: trimmed(&element.types.types),
        }
    }
}

/// Reads the organisations of an export. All of them are read or none: a file that is cut off is an error.
pub fn parse_roo(bytes: &[u8]) -> Result<Vec<RooOrganisation>, RooError> {
    let mut reader = Reader::from_reader(bytes);
    let mut organisations = Vec::new();
    let mut depth = 0_usize;
    let mut is_export = false;
    loop {
        let start = reader.buffer_position();
        let event = reader
            .read_event()
            .map_err(|error| xml_error(bytes, &error, reader.error_position()))?;
        match event {
            Event::Eof => break,
            Event::Start(element) => {
                is_export |= has_namespace(&element);
                if element.local_name().as_ref() == b"organisatie" {
                    let end = reader.read_to_end(element.name());
                    end.map_err(|error| xml_error(bytes, &error, reader.error_position()))?;
                    organisations.push(parse_organisation(bytes, start, reader.buffer_position())?);
                } else {
                    depth += 1;
                }
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    if depth > 0 {
        Err(RooError::CutOff)
    } else if is_export {
        Ok(organisations)
    } else {
        Err(RooError::OtherNamespace)
    }
}

/// Parses the element between two bytes of the file.
fn parse_organisation(bytes: &[u8], start: u64, end: u64) -> Result<RooOrganisation, RooError> {
    let place = |byte: u64| usize::try_from(byte).unwrap_or(usize::MAX);
    let element = bytes.get(place(start)..place(end)).unwrap_or_default();
    let text = std::str::from_utf8(element).map_err(|error| RooError::NotXml(start + error.valid_up_to() as u64))?;
    let element: OrganisationElement = quick_xml::de::from_str(text).map_err(|_| RooError::OtherForm(start))?;
    Ok(element.into())
}

/// Tells a file that ends early, within markup, an element or a reference, from one that is not XML.
fn xml_error(bytes: &[u8], error: &XmlError, position: u64) -> RooError {
    let rest = usize::try_from(position).ok().and_then(|position| bytes.get(position..));
    let is_last = rest.is_none_or(|rest| !rest.contains(&b'<'));
    match error {
        XmlError::Syntax(problem) if *problem != SyntaxError::InvalidBangMarkup => RooError::CutOff,
        XmlError::IllFormed(IllFormedError::MissingEndTag(_)) => RooError::CutOff,
        XmlError::IllFormed(IllFormedError::UnclosedReference) if is_last => RooError::CutOff,
        _ => RooError::NotXml(position),
    }
}

fn trimmed(texts: &[String]) -> Vec<String> {
    let texts = texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty());
    texts.map(str::to_owned).collect()
}

fn has_namespace(element: &BytesStart<'_>) -> bool {
    element.attributes().flatten().any(|attribute| {
        let declares = attribute.key.as_namespace_binding().is_some();
        declares && attribute.value.starts_with(NAMESPACE.as_bytes())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn export(inner: &str) -> String {
        format!(
            "<?xml version=\"1.0\"?><overheidsorganisaties xmlns:p=\"{NAMESPACE}9.9.9\"><organisaties>{inner}</organisaties></overheidsorganisaties>"
        )
    }

    #[test]
    fn people_are_not_read() {
        let text = export(
            "<organisatie p:systeemId=\"7\">\n<naam>Incasso &amp; meer</naam><afkorting>IM</afkorting><types><type>Agentschap</type>\n<type>Dienst</type></types>
             <functies><functie><naam>Directeur</naam><medewerkers><medewerker><naam>V. Voorbeeld</naam></medewerker></medewerkers></functie></functies></organisatie>",
        );
        let organisations = parse_roo(text.as_bytes()).unwrap();
        let expected = RooOrganisation {
            system_id: "7".into(),
            name: "Incasso & meer".into(),
            abbreviations: vec!["IM".into()],
            types: vec!["Agentschap".into(), "Dienst".into()],
        };
        assert_eq!(organisations, [expected]);
    }

    #[test]
    fn prefixes_and_sections_of_text_are_read() {
        let text = export(
            "<p:organisatie p:systeemId=\"8\"><p:naam><![CDATA[ Zorg & Zo ]]></p:naam><p:afkorting/><p:types/>
             <p:organisaties><p:organisatie p:systeemId=\"9\"><p:naam>Deel</p:naam></p:organisatie></p:organisaties></p:organisatie>",
        );
        let organisations = parse_roo(text.as_bytes()).unwrap();
        let expected = RooOrganisation {
            system_id: "8".into(),
            name: "Zorg & Zo".into(),
            ..RooOrganisation::default()
        };
        assert_eq!(organisations, [expected]);
    }

    #[test]
    fn several_abbreviations_stay_apart() {
        let text =
            export("<organisatie><naam>Zilverstad</naam><afkorting>ZS</afkorting>\n<afkorting>Zilver</afkorting></organisatie>");
        assert_eq!(parse_roo(text.as_bytes()).unwrap()[0].abbreviations, ["ZS", "Zilver"]);
    }

    #[test]
    fn a_file_that_is_cut_off_is_refused_wherever_it_ends() {
        let whole =
            export("<organisatie><naam>Een &amp; meer</naam></organisatie>\n<organisatie><naam>Twee</naam></organisatie>");
        assert_eq!(parse_roo(whole.as_bytes()).unwrap().len(), 2);
        let root = whole.find("<organisaties>").unwrap();
        for length in root..whole.len() {
            assert_eq!(parse_roo(&whole.as_bytes()[..length]), Err(RooError::CutOff), "{length}");
        }
    }

    #[test]
    fn an_organisation_of_another_form_is_named_by_its_place() {
        let text = export("<organisatie><naam>Een</naam><types>x</types><naam>Twee</naam></organisatie>");
        let byte = text.find("<organisatie>").unwrap() as u64;
        assert_eq!(parse_roo(text.as_bytes()), Err(RooError::OtherForm(byte)));
    }

    #[test]
    fn another_version_is_read_and_another_file_is_refused() {
        assert_eq!(parse_roo(export("").as_bytes()), Ok(vec![]));
        assert_eq!(
            parse_roo(b"<a xmlns='https://elders.example/'/>"),
            Err(RooError::OtherNamespace)
        );
        assert!(matches!(parse_roo(b"<a><b></a>"), Err(RooError::NotXml(_))));
        assert_eq!(parse_roo(b"id;naam"), Err(RooError::OtherNamespace));
    }
}
