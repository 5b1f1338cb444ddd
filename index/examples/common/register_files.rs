//! Reads a register in exchange form.

use std::collections::HashMap;
use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use index::{IndexedOfficer, IndexedOrganisation};
use jiff::civil::Date;
use register::identifier::OrganisationId;
use register::officer::Officer;
use register::organisation::Organisation;
use serde::Deserialize;

/// An officer of the file, with the overlay that files carry.
#[derive(Deserialize)]
struct FileOfficer {
    #[serde(flatten)]
    officer: Officer,
    verified_on: Option<Date>,
}

/// Reads the organisations and officers of `folder`.
pub(crate) fn read(folder: &Path) -> Result<(Vec<Organisation>, Vec<IndexedOfficer>), Box<dyn Error>> {
    let organisations: Vec<Organisation> = lines(&folder.join("organisations.jsonl"))?;
    let officers: Vec<FileOfficer> = lines(&folder.join("officers.jsonl"))?;
    let by_id: HashMap<OrganisationId, Arc<IndexedOrganisation>> = organisations
        .iter()
        .map(|organisation| (organisation.id.clone(), Arc::new(IndexedOrganisation::from(organisation))))
        .collect();
    let indexed = officers.into_iter().filter_map(|FileOfficer { officer, verified_on }| {
        let organisation = by_id.get(&officer.organisation)?.clone();
        Some(IndexedOfficer::of(&officer, verified_on, organisation))
    });
    let indexed = indexed.collect();
    Ok((organisations, indexed))
}

fn lines<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<Vec<T>, Box<dyn Error>> {
    let text = std::fs::read_to_string(path)?;
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    Ok(lines.map(serde_json::from_str).collect::<Result<_, _>>()?)
}
