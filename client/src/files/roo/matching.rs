//! Matches the organisations of an export to those that the register knows, by their names.

use std::collections::HashMap;
use std::iter;

use register::organisation::{Organisation, OrganisationKind};

use super::export::RooOrganisation;

/// The effect of an export on the organisations that the register knows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RooImport {
    /// Known organisations, with the names that the export adds.
    pub changed: Vec<Organisation>,
    /// The number of known organisations to which the export adds nothing.
    pub unchanged: usize,
    /// Organisations of the export that were left out.
    pub refused: Vec<RefusedOrganisation>,
}

/// An organisation of the export that was left out.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct RefusedOrganisation {
    /// Its number in the export.
    pub system_id: String,
    /// Its name in the export.
    pub name: String,
    /// The reason.
    pub reason: String,
}

/// Matches the organisations of an export to `known` ones.
pub fn match_known(export: &[RooOrganisation], known: &[Organisation]) -> RooImport {
    let index = NameIndex::new(known);
    let mut import = RooImport::default();
    let mut taken: HashMap<&str, &RooOrganisation> = HashMap::new();
    for row in export {
        let refuse = |reason: String| RefusedOrganisation {
            system_id: row.system_id.clone(),
            name: row.name.clone(),
            reason,
        };
        match index.find(row) {
            Err(reason) => import.refused.push(refuse(reason)),
            Ok(found) => {
                if let Some(other) = taken.insert(found.id.as_str(), row) {
                    let reason = format!("{} was already matched to number {}", found.id, other.system_id);
                    import.refused.push(refuse(reason));
                    continue;
                }
                match with_added_names(found, row) {
                    Some(changed) => import.changed.push(changed),
                    None => import.unchanged += 1,
                }
            }
        }
    }
    import
}

/// Known organisations by normalised name.
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
                .map(|name| normalised(name))
                .collect();
            names.sort_unstable();
            names.dedup();
            for name in names {
                by_name.entry(name).or_default().push(organisation);
            }
        }
        Self { by_name }
    }

    /// Returns the one organisation that matches `row`, or why the match is not certain.
    fn find(&self, row: &RooOrganisation) -> Result<&'a Organisation, String> {
        if row.name.is_empty() {
            return Err("it has no name".to_owned());
        }
        let by_name = self.candidates(row, &row.name);
        let mut by_abbreviation = Vec::new();
        for abbreviation in &row.abbreviations {
            for found in self.candidates(row, abbreviation) {
                if !by_abbreviation.iter().any(|other: &&Organisation| other.id == found.id) {
                    by_abbreviation.push(found);
                }
            }
        }
        match (by_name.as_slice(), by_abbreviation.as_slice()) {
            ([one], []) | ([], [one]) => Ok(one),
            ([one], others) if others.iter().any(|other| other.id == one.id) => Ok(one),
            ([], []) => Err("the register knows no organisation of this name and type; add it first, with its id".to_owned()),
            (names, abbreviations) => {
                let mut ids: Vec<&str> = names.iter().chain(abbreviations).map(|other| other.id.as_str()).collect();
                ids.sort_unstable();
                ids.dedup();
                Err(format!("it matches several organisations: {}", ids.join(", ")))
            }
        }
    }

    fn candidates(&self, row: &RooOrganisation, name: &str) -> Vec<&'a Organisation> {
        if name.is_empty() {
            return Vec::new();
        }
        let found = self.by_name.get(&normalised(name)).cloned().unwrap_or_default();
        found
            .into_iter()
            .filter(|organisation| fits_kind(row, organisation.kind))
            .collect()
    }
}

/// Tells whether the types in the export fit a kind: the province of Utrecht is not the municipality of that name.
fn fits_kind(row: &RooOrganisation, kind: OrganisationKind) -> bool {
    let is = |word: &str| row.types.iter().any(|text| text.to_lowercase().contains(word));
    if row.types.is_empty() {
        return true;
    }
    match kind {
        OrganisationKind::Gemeente => row.types.iter().any(|text| text.eq_ignore_ascii_case("gemeente")),
        OrganisationKind::Ministerie => is("ministerie"),
        OrganisationKind::Samenwerkingsverband => {
            is("samenwerking") || is("regeling") || is("openbaar lichaam") || is("regionaal")
        }
        _ => !row
            .types
            .iter()
            .any(|text| text.eq_ignore_ascii_case("gemeente") || text.eq_ignore_ascii_case("ministerie")),
    }
}

/// Adds the names of the export to `found`; `None` if it has all of them.
fn with_added_names(found: &Organisation, row: &RooOrganisation) -> Option<Organisation> {
    let mut changed = found.clone();
    for name in iter::once(&row.name).chain(&row.abbreviations) {
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

/// Normalises a name for comparison: lower case, single spaces, without a leading "gemeente".
fn normalised(name: &str) -> String {
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

    fn known(id: &str, name: &str, short_name: &str, kind: &str) -> Organisation {
        let json = serde_json::json!({
            "id": id, "name": name, "short_name": short_name, "kind": kind, "status": "known",
        });
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn organisations_are_matched_by_name_or_left_out() {
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
        let row = |name: &str, abbreviation: &str, text: &str| RooOrganisation {
            system_id: name.into(),
            name: name.into(),
            abbreviations: [abbreviation]
                .into_iter()
                .filter(|text| !text.is_empty())
                .map(str::to_owned)
                .collect(),
            types: vec![text.into()],
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
        assert!(reasons[3].contains("already matched"));
    }

    #[test]
    fn each_abbreviation_becomes_an_alias() {
        let known = [known("gm9001", "Gemeente Zilverstad", "Zilverstad", "gemeente")];
        let row = RooOrganisation {
            name: "Zilverstad".into(),
            abbreviations: vec!["ZS".into(), "Zilver".into()],
            types: vec!["Gemeente".into()],
            ..RooOrganisation::default()
        };
        let import = match_known(&[row], &known);
        assert_eq!(import.changed[0].aliases, ["ZS", "Zilver"]);
    }
}
