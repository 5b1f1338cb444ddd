//! Reads a register from `organisations.jsonl` and `officers.jsonl`: JSON Lines in the exchange form.
//!
//! Every row is validated as in a sync ([`register::validate`]). Absent fields get their defaults and unknown fields are
//! ignored. A row that breaks a rule is left out. Each of these gives a warning. Names of persons get an end date. `oins` of an
//! organisation become grants, `verified_on` a verification and `absences` a presence.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use jiff::civil::Date;
use register::draft::{OfficerDraft, OrganisationDraft};
use register::gazetteer::Gazetteer;
use register::grant::{Grant, GrantBasis, Role};
use register::identifier::OrganisationId;
use register::officer::{ManagedBy, Officer};
use register::oin::Oin;
use register::organisation::Organisation;
use register::validate::{self, OfficerSet, Rules};
use register::vocabulary::Vocabulary;
use serde::de::DeserializeOwned;
use server_core::data::DataError;
use sha2::{Digest as _, Sha256};

use super::contents::{OfficerWithOverlays, RegisterContents};
use super::demo_register::DemoRegister;
use super::error::file_error;

const ORGANISATIONS: &str = "organisations.jsonl";
const OFFICERS: &str = "officers.jsonl";

/// Maximum number of warnings listed; further ones are counted.
const MAX_WARNINGS: usize = 50;

/// The text of the two files of a register.
pub struct RegisterFiles {
    organisations: String,
    officers: String,
}

/// A row and its line number.
struct Row<T> {
    line: usize,
    draft: T,
}

impl RegisterFiles {
    /// Returns the register that comes with the program: real organisations, invented officers.
    pub fn builtin() -> Self {
        Self {
            organisations: include_str!("../organisations.jsonl").to_owned(),
            officers: include_str!("../officers.jsonl").to_owned(),
        }
    }

    /// Reads the register in `folder`.
    pub fn read(folder: &Path) -> Result<Self, DataError> {
        let read = |name: &str| {
            let path = folder.join(name);
            std::fs::read_to_string(&path).map_err(|source| file_error(&path, source))
        };
        Ok(Self {
            organisations: read(ORGANISATIONS)?,
            officers: read(OFFICERS)?,
        })
    }

    /// Returns the rows that one of several registers holds.
    pub fn of_register(&self, register: DemoRegister) -> Self {
        Self {
            organisations: register.organisations(&self.organisations),
            officers: register.officers(&self.officers),
        }
    }

    /// Returns the SHA-256 digest over both files, in hexadecimal.
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        for text in [&self.organisations, &self.officers] {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text);
        }
        hex::encode(hash.finalize())
    }

    /// Parses and validates both files as of `today`.
    pub fn parse(&self, today: Date) -> RegisterContents {
        let (vocabulary, gazetteer) = (Vocabulary::builtin(), Gazetteer::builtin());
        let rules = Rules::new(&vocabulary, &gazetteer, today);
        let mut contents = RegisterContents::default();
        let organisations = rows::<OrganisationDraft>(ORGANISATIONS, &self.organisations, &mut contents.warnings);
        let keys = organisations.iter().map(|row| &row.draft.unknown);
        warn_of_unknown_fields(ORGANISATIONS, keys, &mut contents.warnings);
        add_organisations(&mut contents, &organisations, &rules);
        let officers = rows::<OfficerDraft>(OFFICERS, &self.officers, &mut contents.warnings);
        warn_of_unknown_fields(
            OFFICERS,
            officers.iter().map(|row| &row.draft.unknown),
            &mut contents.warnings,
        );
        add_officers(&mut contents, officers, &rules);
        if contents.warnings.len() > MAX_WARNINGS {
            let more = contents.warnings.len() - MAX_WARNINGS;
            contents.warnings.truncate(MAX_WARNINGS);
            contents.warnings.push(format!("and {more} more warnings"));
        }
        contents
    }
}

fn add_organisations(contents: &mut RegisterContents, rows: &[Row<OrganisationDraft>], rules: &Rules<'_>) {
    let mut seen = BTreeSet::new();
    for Row { line, draft } in rows {
        let organisation = match validate::organisation(draft, rules) {
            Ok(organisation) => organisation,
            Err(violations) => {
                let words: Vec<String> = violations.iter().map(ToString::to_string).collect();
                contents.warnings.push(left_out(ORGANISATIONS, *line, &words.join("; ")));
                continue;
            }
        };
        if !seen.insert(organisation.id.clone()) {
            contents
                .warnings
                .push(left_out(ORGANISATIONS, *line, "its id occurs earlier in the file"));
            continue;
        }
        for oin in &draft.oins {
            match Oin::parse(oin.trim()) {
                Ok(oin) => contents.grants.push(own_grant(oin, &organisation.id)),
                Err(error) => contents
                    .warnings
                    .push(left_out(ORGANISATIONS, *line, &format!("a grant: {error}"))),
            }
        }
        contents.organisations.push(organisation);
    }
    contents
        .grants
        .sort_by(|a, b| (&a.oin, &a.organisation).cmp(&(&b.oin, &b.organisation)));
    contents
        .grants
        .dedup_by(|a, b| a.oin == b.oin && a.organisation == b.organisation);
}

fn add_officers(contents: &mut RegisterContents, rows: Vec<Row<OfficerDraft>>, rules: &Rules<'_>) {
    let mut by_organisation: BTreeMap<String, Vec<Row<OfficerDraft>>> = BTreeMap::new();
    for Row { line, draft } in rows {
        let draft = validate::with_end_of_name(draft, rules.today);
        let organisation = draft.organisation.trim().to_lowercase();
        by_organisation.entry(organisation).or_default().push(Row { line, draft });
    }
    for (id, mut rows) in by_organisation {
        let Some(organisation) = contents.organisations.iter().find(|known| known.id.as_str() == id).cloned() else {
            for row in rows {
                contents
                    .warnings
                    .push(left_out(OFFICERS, row.line, "its organisation is not in the other file"));
            }
            continue;
        };
        let officers = valid_set(contents, &organisation, &mut rows, rules);
        let drafts: HashMap<&str, &OfficerDraft> = rows.iter().map(|row| (row.draft.id.trim(), &row.draft)).collect();
        let with_overlays = |officer: Officer| with_overlays(drafts.get(officer.id.as_str()).copied(), officer, rules);
        let filled: Vec<OfficerWithOverlays> = officers.into_iter().map(with_overlays).collect();
        if !filled.is_empty() {
            contents.officers.insert(organisation.id.clone(), filled);
        }
    }
}

/// Returns the officers of `organisation` that are valid as a set. A row with a missing deputy is kept without it; a row with
/// any other violation is left out.
fn valid_set(
    contents: &mut RegisterContents,
    organisation: &Organisation,
    rows: &mut Vec<Row<OfficerDraft>>,
    rules: &Rules<'_>,
) -> Vec<Officer> {
    // Each round removes a row or a deputy.
    for _ in 0..=2 * rows.len() {
        let mut set = OfficerSet::new(organisation, ManagedBy::Sync, rules);
        rows.iter().for_each(|row| set.add(&row.draft));
        let violations = match set.finish(std::iter::empty()) {
            Ok(officers) => return officers,
            Err(violations) => violations,
        };
        let mut wrong: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for found in &violations.found {
            let Some(index) = found.index else { continue };
            if found.violation.field == "deputy" {
                if rows[index].draft.deputy.take().is_some() {
                    let line = rows[index].line;
                    contents
                        .warnings
                        .push(format!("{OFFICERS}, line {line}: without its deputy: {}", found.violation));
                }
            } else {
                wrong.entry(index).or_default().push(found.violation.to_string());
            }
        }
        for (index, words) in wrong.into_iter().rev() {
            let row = rows.remove(index);
            contents.warnings.push(left_out(OFFICERS, row.line, &words.join("; ")));
        }
    }
    Vec::new()
}

fn own_grant(oin: Oin, organisation: &OrganisationId) -> Grant {
    Grant {
        oin,
        organisation: organisation.clone(),
        roles: vec![Role::Lookup, Role::Publish, Role::Resolve],
        from: None,
        until: None,
        basis: GrantBasis::Own,
    }
}

fn with_overlays(draft: Option<&OfficerDraft>, officer: Officer, rules: &Rules<'_>) -> OfficerWithOverlays {
    // Invalid overlays are ignored; the officer stays.
    let overlays = draft.and_then(|draft| validate::overlays(draft, rules).ok());
    let (presence, verification) = overlays.unwrap_or_default();
    OfficerWithOverlays {
        officer,
        presence,
        verification,
    }
}

/// Parses the rows of a file. `null` means absent.
fn rows<T: DeserializeOwned>(file: &str, text: &str, warnings: &mut Vec<String>) -> Vec<Row<T>> {
    let mut rows = Vec::new();
    for (index, text) in text.lines().enumerate().filter(|(_, text)| !text.trim().is_empty()) {
        let line = index + 1;
        let value = serde_json::from_str::<serde_json::Value>(text.trim_start_matches('\u{feff}'));
        let draft = value.map(without_nulls).and_then(serde_json::from_value);
        match draft {
            Ok(draft) => rows.push(Row { line, draft }),
            // Report the line only: the row may contain anything.
            Err(error) if error.is_data() => warnings.push(left_out(file, line, "a field has the wrong form")),
            Err(_) => warnings.push(left_out(file, line, "it is not a JSON object")),
        }
    }
    rows
}

fn without_nulls(value: serde_json::Value) -> serde_json::Value {
    match value {
        serde_json::Value::Object(fields) => fields
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(key, value)| (key, without_nulls(value)))
            .collect(),
        serde_json::Value::Array(values) => values.into_iter().map(without_nulls).collect(),
        other => other,
    }
}

fn left_out(file: &str, line: usize, why: &str) -> String {
    format!("{file}, line {line}: left out: {why}")
}

/// Adds one warning for each unknown field.
fn warn_of_unknown_fields<'a>(
    file: &str,
    rows: impl Iterator<Item = &'a BTreeMap<String, serde_json::Value>>,
    warnings: &mut Vec<String>,
) {
    let mut keys: BTreeMap<&str, usize> = BTreeMap::new();
    for key in rows.flat_map(BTreeMap::keys) {
        *keys.entry(key).or_default() += 1;
    }
    for (key, count) in keys {
        let key: String = key.chars().filter(|c| !c.is_control()).take(40).collect();
        warnings.push(format!("{file}: the unknown field `{key}` was ignored ({count} times)"));
    }
}
