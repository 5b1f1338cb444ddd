//! Reads the organisations of an export.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// What the namespace of the export begins with; the version follows.
const NAMESPACE: &str = "https://organisaties.overheid.nl/static/schema/oo/export/";

/// An organisation of the export.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RooOrganisation {
    /// Its number there, for the report.
    pub system_id: String,
    /// Its name.
    pub name: String,
    /// Its abbreviation.
    pub abbreviation: String,
    /// Its sorts: "Gemeente", "Agentschap", …
    pub types: Vec<String>,
}

/// A file that is no such export.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RooError {
    /// It is not XML.
    #[error("the file is no XML at byte {0}")]
    NotXml(u64),
    /// It is other XML.
    #[error("the file is no export of the Register van Overheidsorganisaties: its namespace does not begin with {NAMESPACE}")]
    OtherNamespace,
}

/// Reads the organisations of an export.
pub fn parse_roo(bytes: &[u8]) -> Result<Vec<RooOrganisation>, RooError> {
    let mut reader = Reader::from_reader(bytes);
    let mut organisations = Vec::new();
    let mut current: Option<RooOrganisation> = None;
    // The names of the elements that we are in, below the organisation.
    let mut path: Vec<String> = Vec::new();
    let mut is_export = false;
    let mut buffer = Vec::new();
    loop {
        let event = reader.read_event_into(&mut buffer);
        let event = event.map_err(|_| RooError::NotXml(reader.error_position()))?;
        match event {
            Event::Eof => break,
            Event::Start(element) => {
                is_export |= has_namespace(&element);
                let name = local_name(&element);
                match &mut current {
                    None if name == "organisatie" => {
                        current = Some(RooOrganisation {
                            system_id: attribute(&element, "systeemId"),
                            ..RooOrganisation::default()
                        });
                        path.clear();
                    }
                    None => {}
                    Some(_) => path.push(name),
                }
            }
            Event::Text(text) => {
                if let Some(organisation) = &mut current {
                    let text = text.decode().map_err(|_| RooError::NotXml(reader.buffer_position()))?;
                    take_text(organisation, &path, &text);
                }
            }
            Event::GeneralRef(reference) => {
                let resolved = match reference.resolve_char_ref() {
                    Ok(Some(letter)) => letter.to_string(),
                    _ => named_letter(&reference.decode().unwrap_or_default()).to_owned(),
                };
                if let Some(organisation) = &mut current {
                    take_text(organisation, &path, &resolved);
                }
            }
            Event::End(_) => {
                let left_organisation = current.is_some() && path.pop().is_none();
                if left_organisation {
                    organisations.extend(current.take().map(trimmed));
                }
            }
            _ => {}
        }
        buffer.clear();
    }
    if is_export {
        Ok(organisations)
    } else {
        Err(RooError::OtherNamespace)
    }
}

fn take_text(organisation: &mut RooOrganisation, path: &[String], text: &str) {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    match path.as_slice() {
        ["naam"] => organisation.name.push_str(text),
        ["afkorting"] => organisation.abbreviation.push_str(text),
        // A letter that is written as a reference comes by itself, so an element's text may come in pieces. The element
        // `types` between two of them brings white space, which ends the piece.
        ["types", "type"] => match organisation.types.last_mut() {
            Some(last) if !last.ends_with('\n') => last.push_str(text),
            _ => organisation.types.push(text.to_owned()),
        },
        ["types"] => organisation.types.iter_mut().for_each(|kind| {
            if !kind.ends_with('\n') {
                kind.push('\n');
            }
        }),
        _ => {}
    }
}

fn trimmed(mut organisation: RooOrganisation) -> RooOrganisation {
    for text in [&mut organisation.name, &mut organisation.abbreviation] {
        *text = text.trim().to_owned();
    }
    organisation.types = organisation.types.iter().map(|kind| kind.trim().to_owned()).collect();
    organisation
}

fn has_namespace(element: &BytesStart<'_>) -> bool {
    element.attributes().flatten().any(|attribute| {
        let declares = attribute.key.as_namespace_binding().is_some();
        declares && attribute.value.starts_with(NAMESPACE.as_bytes())
    })
}

fn local_name(element: &BytesStart<'_>) -> String {
    String::from_utf8_lossy(element.local_name().as_ref()).into_owned()
}

fn attribute(element: &BytesStart<'_>, name: &str) -> String {
    let found = element
        .attributes()
        .flatten()
        .find(|attribute| attribute.key.local_name().as_ref() == name.as_bytes());
    found
        .map(|attribute| String::from_utf8_lossy(&attribute.value).into_owned())
        .unwrap_or_default()
}

fn named_letter(name: &str) -> &'static str {
    match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => "",
    }
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
            abbreviation: "IM".into(),
            types: vec!["Agentschap".into(), "Dienst".into()],
        };
        assert_eq!(organisations, [expected]);
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
