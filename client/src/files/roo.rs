//! The XML export of the Register van Overheidsorganisaties (ROO).
//!
//! It has neither TOOI codes nor OINs, so an organisation of the export is found among those that the register knows, by name
//! or abbreviation, and refused with the reason where that is not certain. Its namespace carries a version that changes
//! without notice; only what stands before the version is looked at. Functions and the people in them are passed over
//! unread: their names do not belong here.

use std::collections::HashMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use register::organisation::{Organisation, OrganisationKind};

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

/// What an export says about the organisations that the register knows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RooImport {
    /// Known organisations with what the export adds.
    pub changed: Vec<Organisation>,
    /// How many are known and have nothing to add.
    pub unchanged: usize,
    /// What was left out, and why.
    pub refused: Vec<Refused>,
}

/// An organisation of the export that was left out.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Refused {
    /// Its number in the export.
    pub system_id: String,
    /// Its name there.
    pub name: String,
    /// Why.
    pub reason: String,
}

/// Finds the organisations of an export among those that the register knows.
pub fn match_known(export: &[RooOrganisation], known: &[Organisation]) -> RooImport {
    let index = NameIndex::new(known);
    let mut import = RooImport::default();
    let mut taken: HashMap<&str, &RooOrganisation> = HashMap::new();
    for row in export {
        let refuse = |reason: String| Refused {
            system_id: row.system_id.clone(),
            name: row.name.clone(),
            reason,
        };
        match index.find(row) {
            Err(reason) => import.refused.push(refuse(reason)),
            Ok(found) => {
                if let Some(other) = taken.insert(found.id.as_str(), row) {
                    let reason = format!("{} was matched already, by number {}", found.id, other.system_id);
                    import.refused.push(refuse(reason));
                    continue;
                }
                match with_names(found, row) {
                    Some(changed) => import.changed.push(changed),
                    None => import.unchanged += 1,
                }
            }
        }
    }
    import
}

/// Known organisations by the names that people write.
struct NameIndex<'a> {
    by_name: HashMap<String, Vec<&'a Organisation>>,
}

impl<'a> NameIndex<'a> {
    fn new(known: &'a [Organisation]) -> Self {
        let mut by_name: HashMap<String, Vec<&Organisation>> = HashMap::new();
        for organisation in known {
            let mut names: Vec<String> = [&organisation.name, &organisation.short_name]
                .into_iter()
                .chain(&organisation.aliases)
                .map(|name| plain(name))
                .collect();
            names.sort_unstable();
            names.dedup();
            for name in names {
                by_name.entry(name).or_default().push(organisation);
            }
        }
        Self { by_name }
    }

    /// The one organisation that `row` is, or why that cannot be said.
    fn find(&self, row: &RooOrganisation) -> Result<&'a Organisation, String> {
        if row.name.is_empty() {
            return Err("it has no name".to_owned());
        }
        let by_name = self.candidates(row, &row.name);
        let by_abbreviation = self.candidates(row, &row.abbreviation);
        match (by_name.as_slice(), by_abbreviation.as_slice()) {
            ([one], []) | ([], [one]) => Ok(one),
            ([one], others) if others.iter().any(|other| other.id == one.id) => Ok(one),
            ([], []) => {
                Err("the register knows no organisation of this name and sort; put it there first, with its id".to_owned())
            }
            (names, abbreviations) => {
                let mut ids: Vec<&str> = names.iter().chain(abbreviations).map(|other| other.id.as_str()).collect();
                ids.sort_unstable();
                ids.dedup();
                Err(format!("it may be any of {}", ids.join(", ")))
            }
        }
    }

    fn candidates(&self, row: &RooOrganisation, name: &str) -> Vec<&'a Organisation> {
        if name.is_empty() {
            return Vec::new();
        }
        let found = self.by_name.get(&plain(name)).cloned().unwrap_or_default();
        found
            .into_iter()
            .filter(|organisation| may_be(row, organisation.kind))
            .collect()
    }
}

/// Whether the sorts of the export go with a kind: the province of Utrecht is not its municipality.
fn may_be(row: &RooOrganisation, kind: OrganisationKind) -> bool {
    let is = |word: &str| row.types.iter().any(|sort| sort.to_lowercase().contains(word));
    if row.types.is_empty() {
        return true;
    }
    match kind {
        OrganisationKind::Gemeente => row.types.iter().any(|sort| sort.eq_ignore_ascii_case("gemeente")),
        OrganisationKind::Ministerie => is("ministerie"),
        OrganisationKind::Samenwerkingsverband => {
            is("samenwerking") || is("regeling") || is("openbaar lichaam") || is("regionaal")
        }
        _ => !row
            .types
            .iter()
            .any(|sort| sort.eq_ignore_ascii_case("gemeente") || sort.eq_ignore_ascii_case("ministerie")),
    }
}

/// `found` with the names of the export among its own, if that adds any.
fn with_names(found: &Organisation, row: &RooOrganisation) -> Option<Organisation> {
    let mut changed = found.clone();
    for name in [&row.name, &row.abbreviation] {
        let has = [&changed.name, &changed.short_name]
            .into_iter()
            .chain(&changed.aliases)
            .any(|own| own == name);
        if !name.is_empty() && !has {
            changed.aliases.push(name.clone());
        }
    }
    (changed != *found).then_some(changed)
}

/// A name as it is compared: lower case, single spaces, without "gemeente" before it.
fn plain(name: &str) -> String {
    let lower = name.to_lowercase();
    let words: Vec<&str> = lower.split_whitespace().collect();
    let words = match words.as_slice() {
        ["gemeente", rest @ ..] if !rest.is_empty() => rest,
        all => all,
    };
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn export(inner: &str) -> String {
        format!(
            "<?xml version=\"1.0\"?><overheidsorganisaties xmlns:p=\"{NAMESPACE}9.9.9\"><organisaties>{inner}</organisaties></overheidsorganisaties>"
        )
    }

    fn known(id: &str, name: &str, short_name: &str, kind: &str) -> Organisation {
        let json = serde_json::json!({
            "id": id, "name": name, "short_name": short_name, "kind": kind, "status": "known",
        });
        serde_json::from_value(json).unwrap()
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

    #[test]
    fn ids_come_from_names_the_register_knows_or_the_row_is_refused() {
        let known = [
            known(
                "oorg10111",
                "Centraal Justitieel Incassobureau",
                "CJIB",
                "uitvoeringsorganisatie",
            ),
            known("gm0344", "Gemeente Utrecht", "Utrecht", "gemeente"),
            known("so1", "Werkbedrijf", "WB", "samenwerkingsverband"),
            known("so2", "Werkbedrijf", "WB2", "samenwerkingsverband"),
        ];
        let row = |name: &str, abbreviation: &str, sort: &str| RooOrganisation {
            system_id: name.into(),
            name: name.into(),
            abbreviation: abbreviation.into(),
            types: vec![sort.into()],
        };
        let rows = [
            row("Centraal Justitieel  Incassobureau", "CJIB", "Agentschap"),
            row("Utrecht", "", "Provincie"),
            row("Utrecht", "", "Gemeente"),
            row("Werkbedrijf", "", "Gemeenschappelijke regeling"),
            row("Onbekend", "", "Agentschap"),
            row("CJIB", "", "Agentschap"),
        ];
        let import = match_known(&rows, &known);
        assert_eq!(
            import.changed.iter().map(|o| o.id.as_str()).collect::<Vec<_>>(),
            ["oorg10111"]
        );
        assert_eq!(import.unchanged, 1);
        let reasons: Vec<_> = import.refused.iter().map(|refused| refused.reason.as_str()).collect();
        assert!(reasons[0].contains("knows no organisation"));
        assert!(reasons[1].contains("so1, so2"));
        assert!(reasons[2].contains("knows no organisation"));
        assert!(reasons[3].contains("matched already"));
    }
}
