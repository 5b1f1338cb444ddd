//! Reading labelled queries and TREC runs.

use std::collections::HashMap;

use anyhow::{Context as _, bail};

/// A labelled query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Its id, unique in its file.
    pub qid: String,
    /// Its kind: situation, keywords, typo, …
    pub kind: String,
    /// What was typed.
    pub text: String,
    /// Ids or short names of organisations that can decide, `GEMEENTE` for any municipality, `ANY` for any organisation,
    /// `officer:organisation/id` for one officer.
    pub organisations: Vec<String>,
    /// Codes of competences, the main one first; `*` for whatever an officer has.
    pub competences: Vec<String>,
    /// CBS code of the municipality that it names, if it names one.
    pub municipality: Option<String>,
}

/// Officers (`organisation/id`) by query, best first.
pub type Ranking = HashMap<String, Vec<String>>;

/// Reads a file of queries: lines of tab-separated columns under a header, `#` begins a comment line.
pub fn read_queries(text: &str) -> anyhow::Result<Vec<Query>> {
    let mut lines = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.starts_with('#') && !line.trim().is_empty());
    let (_, header) = lines.next().context("the file of queries is empty")?;
    let columns: Vec<&str> = header.split('\t').collect();
    let place = |name: &str| {
        columns
            .iter()
            .position(|column| *column == name)
            .with_context(|| format!("the file of queries has no column `{name}`"))
    };
    let (qid, kind, text) = (place("qid")?, place("type")?, place("query")?);
    // Other collections of queries call it by its role.
    let organisations = place("organisations").or_else(|missing| place("target_orgs").map_err(|_| missing))?;
    let (competences, municipality) = (place("competences")?, place("municipality")?);
    let mut queries = Vec::new();
    for (number, line) in lines {
        let cells: Vec<&str> = line.split('\t').collect();
        if cells.len() < columns.len() {
            bail!(
                "line {}: {} columns where the header has {}",
                number + 1,
                cells.len(),
                columns.len()
            );
        }
        queries.push(Query {
            qid: cells[qid].to_owned(),
            kind: cells[kind].to_owned(),
            text: cells[text].to_owned(),
            organisations: alternatives(cells[organisations]),
            competences: alternatives(cells[competences]),
            municipality: Some(cells[municipality].trim().to_owned()).filter(|code| !code.is_empty()),
        });
    }
    Ok(queries)
}

fn alternatives(cell: &str) -> Vec<String> {
    cell.split('|')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Reads a TREC run: `qid Q0 organisation/officer rank score tag`.
pub fn read_run(text: &str) -> anyhow::Result<Ranking> {
    let mut ranked: HashMap<String, Vec<(u32, String)>> = HashMap::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let cells: Vec<&str> = line.split_whitespace().collect();
        let [qid, _, officer, rank, ..] = cells.as_slice() else {
            bail!("line {} of the run has fewer than four columns", number + 1);
        };
        let rank = rank
            .parse()
            .with_context(|| format!("line {} of the run: `{rank}` is no rank", number + 1))?;
        ranked
            .entry((*qid).to_owned())
            .or_default()
            .push((rank, (*officer).to_owned()));
    }
    Ok(ranked
        .into_iter()
        .map(|(qid, mut officers)| {
            officers.sort();
            (qid, officers.into_iter().map(|(_, officer)| officer).collect())
        })
        .collect())
}
