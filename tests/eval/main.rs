//! `mwr-eval`: measures a TREC run against labelled queries and compares the result with the kept table.

mod kept;
mod measures;
mod table;
mod trec_run;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Parser;
use client::relevance::{RelevanceJudge, read_labelled_queries};

use crate::kept::KeptTable;
use crate::measures::Measures;
use crate::table::Table;
use crate::trec_run::read_run;

/// Measures a TREC run against labelled queries.
#[derive(Parser)]
struct Arguments {
    /// The run, as written by `mwr search --queries FILE --trec`.
    run: PathBuf,
    /// The labelled queries.
    #[arg(long)]
    queries: PathBuf,
    /// Folder with the register that was searched: `organisations.jsonl` and `officers.jsonl`.
    #[arg(long)]
    register: PathBuf,
    /// The kept table: fail when a measure of any kind of query has fallen by more than 0.01.
    #[arg(long)]
    kept: Option<PathBuf>,
    /// Also list the queries that measure below 0.85.
    #[arg(long)]
    weak: bool,
}

fn main() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::parse();
    let judge = RelevanceJudge::from_json_lines(
        &read(&arguments.register.join("organisations.jsonl"))?,
        &read(&arguments.register.join("officers.jsonl"))?,
    )?;
    let queries = read_labelled_queries(&read(&arguments.queries)?)?;
    let run = read_run(&read(&arguments.run)?)?;
    let mut out = std::io::stdout().lock();
    for query in &queries {
        if judge.grades(query).is_empty() {
            anyhow::bail!(
                "query {}: its labels are wrong: no officer of the register is relevant to it",
                query.qid
            );
        }
        let measured = Measures::of(&judge, query, run.get(&query.qid).map_or(&[][..], Vec::as_slice));
        if arguments.weak && measured.ndcg10 < 0.85 {
            writeln!(
                out,
                "{}\t{:.3}\t{}\t{}",
                query.qid,
                measured.ndcg10,
                query.competences.join("|"),
                query.text
            )?;
        }
    }
    let table = Table::of(&judge, &queries, &run);
    write!(out, "{table}")?;
    let Some(kept) = arguments.kept else {
        return Ok(ExitCode::SUCCESS);
    };
    let kept = KeptTable::read(&read(&kept)?)?;
    let losses = kept.losses(&KeptTable::read(&table.to_string())?);
    for loss in &losses {
        writeln!(out, "worse than the kept table: {loss}")?;
    }
    Ok(if losses.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}
