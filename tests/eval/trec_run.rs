//! Reads TREC runs.

use std::collections::HashMap;

use anyhow::{Context as _, bail};

/// Officers (`organisation/id`) by query, best first.
pub(crate) type TrecRun = HashMap<String, Vec<String>>;

/// Reads lines of `qid Q0 organisation/officer rank score tag`.
pub(crate) fn read_run(text: &str) -> anyhow::Result<TrecRun> {
    let mut ranked: HashMap<String, Vec<(u32, String)>> = HashMap::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let cells: Vec<&str> = line.split_whitespace().collect();
        let [qid, _, officer, rank, ..] = cells.as_slice() else {
            bail!("line {} of the run has fewer than four columns", number + 1);
        };
        let rank = rank
            .parse()
            .with_context(|| format!("line {} of the run: `{rank}` is not a rank", number + 1))?;
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
