//! Filling a register from `organisations.jsonl` and `officers.jsonl`: JSON Lines in the exchange form.
//!
//! Everything goes through the rules of a sync ([`register::validate`]). Absent fields get their defaults, fields that mean
//! nothing are passed over, and a row that breaks a rule is left out, each with a warning; names have an end. `oins` of an
//! organisation become grants, `verified_on` a verification, `absences` a presence.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use jiff::civil::Date;
use register::change::{Actor, Mutation};
use register::clock::Clock;
use register::draft::{OfficerDraft, OrganisationDraft};
use register::gazetteer::Gazetteer;
use register::grant::{Grant, GrantBasis, Role};
use register::identifier::OrganisationId;
use register::officer::{ManagedBy, Officer};
use register::oin::Oin;
use register::organisation::Organisation;
use register::presence::Presence;
use register::validate::{self, OfficerSet, Rules};
use register::verification::Verification;
use register::vocabulary::Vocabulary;
use serde::de::DeserializeOwned;
use server_core::data::DataError;
use sha2::{Digest as _, Sha256};
use storage::{Storage, StorageError};

use super::file_error;
use super::part::Part;
use super::people::People;

const ORGANISATIONS: &str = "organisations.jsonl";
const OFFICERS: &str = "officers.jsonl";

/// Rows whose violations are spelled out.
const SPELLED_OUT: usize = 50;

/// The two files of a register.
pub struct RegisterFiles {
    organisations: String,
    officers: String,
}

/// A register as it was read: what keeps the rules, and what was odd.
#[derive(Debug, Default)]
pub struct Drafts {
    /// Organisations, in the order of the file.
    pub organisations: Vec<Organisation>,
    /// Who acts for them, by the file.
    pub grants: Vec<Grant>,
    /// Officers with their overlays, by organisation.
    pub officers: BTreeMap<OrganisationId, Vec<Filled>>,
    /// What was left out or passed over, in words.
    pub warnings: Vec<String>,
}

/// An officer as a file carries it.
#[derive(Clone, Debug)]
pub struct Filled {
    /// What a sync would bring.
    pub officer: Officer,
    /// What calls of their own would bring.
    pub presence: Presence,
    /// The same.
    pub verification: Option<Verification>,
}

/// A row and where it stands.
struct Row<T> {
    line: usize,
    draft: T,
}

impl RegisterFiles {
    /// The register that comes with the program: real organisations, invented officers.
    pub fn builtin() -> Self {
        Self {
            organisations: include_str!("../organisations.jsonl").to_owned(),
            officers: include_str!("../officers.jsonl").to_owned(),
        }
    }

    /// The register in `folder`.
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

    /// What one of several registers holds of it.
    pub fn part(&self, part: Part) -> Self {
        Self {
            organisations: part.organisations(&self.organisations),
            officers: part.officers(&self.officers),
        }
    }

    /// By which the same files are known again.
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        for text in [&self.organisations, &self.officers] {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text);
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Reads both files by the rules of `today`.
    pub fn parse(&self, today: Date) -> Drafts {
        let (vocabulary, gazetteer) = (Vocabulary::builtin(), Gazetteer::builtin());
        let rules = Rules::new(&vocabulary, &gazetteer, today);
        let mut drafts = Drafts::default();
        let organisations = rows::<OrganisationDraft>(ORGANISATIONS, &self.organisations, &mut drafts.warnings);
        let keys = organisations.iter().map(|row| &row.draft.unknown);
        warn_of_keys(ORGANISATIONS, keys, &mut drafts.warnings);
        drafts.take_organisations(&organisations, &rules);
        let officers = rows::<OfficerDraft>(OFFICERS, &self.officers, &mut drafts.warnings);
        warn_of_keys(OFFICERS, officers.iter().map(|row| &row.draft.unknown), &mut drafts.warnings);
        drafts.take_officers(officers, &rules);
        if drafts.warnings.len() > SPELLED_OUT {
            let more = drafts.warnings.len() - SPELLED_OUT;
            drafts.warnings.truncate(SPELLED_OUT);
            drafts.warnings.push(format!("and {more} more rows were left out"));
        }
        drafts
    }
}

impl Drafts {
    fn take_organisations(&mut self, rows: &[Row<OrganisationDraft>], rules: &Rules<'_>) {
        let mut seen = BTreeSet::new();
        for Row { line, draft } in rows {
            let organisation = match validate::organisation(draft, rules) {
                Ok(organisation) => organisation,
                Err(violations) => {
                    let words: Vec<String> = violations.iter().map(ToString::to_string).collect();
                    self.warnings.push(left_out(ORGANISATIONS, *line, &words.join("; ")));
                    continue;
                }
            };
            if !seen.insert(organisation.id.clone()) {
                self.warnings
                    .push(left_out(ORGANISATIONS, *line, "its id stands in the file before"));
                continue;
            }
            for oin in &draft.oins {
                match Oin::parse(oin.trim()) {
                    Ok(oin) => self.grants.push(own_grant(oin, &organisation.id)),
                    Err(error) => self
                        .warnings
                        .push(left_out(ORGANISATIONS, *line, &format!("a grant: {error}"))),
                }
            }
            self.organisations.push(organisation);
        }
        self.grants
            .sort_by(|a, b| (&a.oin, &a.organisation).cmp(&(&b.oin, &b.organisation)));
        self.grants
            .dedup_by(|a, b| a.oin == b.oin && a.organisation == b.organisation);
    }

    fn take_officers(&mut self, rows: Vec<Row<OfficerDraft>>, rules: &Rules<'_>) {
        let mut by_organisation: BTreeMap<String, Vec<Row<OfficerDraft>>> = BTreeMap::new();
        for Row { line, draft } in rows {
            let draft = validate::with_end_of_name(draft, rules.today);
            let organisation = draft.organisation.trim().to_lowercase();
            by_organisation.entry(organisation).or_default().push(Row { line, draft });
        }
        for (id, mut rows) in by_organisation {
            let Some(organisation) = self.organisations.iter().find(|known| known.id.as_str() == id).cloned() else {
                for row in rows {
                    self.warnings
                        .push(left_out(OFFICERS, row.line, "its organisation is not in the other file"));
                }
                continue;
            };
            let officers = self.take_set(&organisation, &mut rows, rules);
            let drafts: HashMap<&str, &OfficerDraft> = rows.iter().map(|row| (row.draft.id.trim(), &row.draft)).collect();
            let with_overlays = |officer: Officer| with_overlays(drafts.get(officer.id.as_str()).copied(), officer, rules);
            let filled: Vec<Filled> = officers.into_iter().map(with_overlays).collect();
            if !filled.is_empty() {
                self.officers.insert(organisation.id.clone(), filled);
            }
        }
    }

    /// The officers of `organisation` that keep the rules together. A deputy who is not there is taken away from the row, for
    /// anything else the row is left out.
    fn take_set(&mut self, organisation: &Organisation, rows: &mut Vec<Row<OfficerDraft>>, rules: &Rules<'_>) -> Vec<Officer> {
        // Each turn takes away a row or a deputy.
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
                        self.warnings
                            .push(format!("{OFFICERS}, line {line}: without its deputy: {}", found.violation));
                    }
                } else {
                    wrong.entry(index).or_default().push(found.violation.to_string());
                }
            }
            for (index, words) in wrong.into_iter().rev() {
                let row = rows.remove(index);
                self.warnings.push(left_out(OFFICERS, row.line, &words.join("; ")));
            }
        }
        Vec::new()
    }

    /// Writes it all into a new register: organisations and grants in one commit, then each organisation's officers in one, as
    /// their syncs would.
    pub(super) async fn write(&self, storage: &dyn Storage, people: &People, clock: &dyn Clock) -> Result<(), StorageError> {
        let organisations = self.organisations.iter().cloned().map(Mutation::PutOrganisation);
        let grants = self
            .grants
            .iter()
            .cloned()
            .chain(people.all().map(super::people::Person::grant));
        let mutations = organisations.chain(grants.map(Mutation::PutGrant)).collect();
        commit(storage, clock, Actor::node(), mutations).await?;
        for (organisation, officers) in &self.officers {
            let actor = Actor {
                organisation: Some(organisation.clone()),
                ..Actor::node()
            };
            let mutations = officers.iter().flat_map(Filled::mutations).collect();
            commit(storage, clock, actor, mutations).await?;
        }
        Ok(())
    }
}

impl Filled {
    fn mutations(&self) -> Vec<Mutation> {
        let name = self.officer.officer_name();
        let mut mutations = vec![Mutation::PutOfficer(self.officer.clone())];
        if !self.presence.absences.is_empty() {
            mutations.push(Mutation::SetPresence {
                name: name.clone(),
                presence: self.presence.clone(),
            });
        }
        if let Some(verification) = self.verification.clone() {
            mutations.push(Mutation::VerifyOfficer { name, verification });
        }
        mutations
    }
}

async fn commit(storage: &dyn Storage, clock: &dyn Clock, actor: Actor, mutations: Vec<Mutation>) -> Result<(), StorageError> {
    let mut transaction = storage.begin().await?;
    transaction.append(clock.now(), actor, mutations).await?;
    transaction.commit().await?;
    Ok(())
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

fn with_overlays(draft: Option<&OfficerDraft>, officer: Officer, rules: &Rules<'_>) -> Filled {
    // Overlays that break a rule are no reason to leave the officer out; they are passed over.
    let overlays = draft.and_then(|draft| validate::overlays(draft, rules).ok());
    let (presence, verification) = overlays.unwrap_or_default();
    Filled {
        officer,
        presence,
        verification,
    }
}

/// The rows of a file that have the form of `T`. `null` means absent.
fn rows<T: DeserializeOwned>(file: &str, text: &str, warnings: &mut Vec<String>) -> Vec<Row<T>> {
    let mut rows = Vec::new();
    for (index, text) in text.lines().enumerate().filter(|(_, text)| !text.trim().is_empty()) {
        let line = index + 1;
        let value = serde_json::from_str::<serde_json::Value>(text.trim_start_matches('\u{feff}'));
        let draft = value.map(without_nulls).and_then(serde_json::from_value);
        match draft {
            Ok(draft) => rows.push(Row { line, draft }),
            // Where, and not what: the row may hold anything.
            Err(error) if error.is_data() => warnings.push(left_out(file, line, "a field has another form than it should")),
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

/// One warning for each key that means nothing.
fn warn_of_keys<'a>(file: &str, rows: impl Iterator<Item = &'a BTreeMap<String, serde_json::Value>>, warnings: &mut Vec<String>) {
    let mut keys: BTreeMap<&str, usize> = BTreeMap::new();
    for key in rows.flat_map(BTreeMap::keys) {
        *keys.entry(key).or_default() += 1;
    }
    for (key, count) in keys {
        let key: String = key.chars().filter(|c| !c.is_control()).take(40).collect();
        warnings.push(format!(
            "{file}: the field `{key}` means nothing here and is passed over ({count} times)"
        ));
    }
}
