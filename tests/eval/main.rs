//! `mwr-eval`: measures a TREC run against labelled queries, and compares it with the table that was kept.

mod measures;
mod table;
mod trec_run;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Parser;
use client::relevance::{RelevanceJudge, read_labelled_queries};

use crate::measures::Measures;
use crate::table::Table;
use crate::trec_run::read_run;

/// How far a measure may fall below the kept one.
const TOLERANCE: f64 = 0.01;

/// Measures a TREC run against labelled queries.
#[derive(Parser)]
struct Arguments {
    /// The run, as `mwr search --queries FILE --trec` writes it.
    run: PathBuf,
    /// The labelled queries.
    #[arg(long)]
    queries: PathBuf,
    /// Folder with the register that was searched: `organisations.jsonl` and `officers.jsonl`.
    #[arg(long)]
    register: PathBuf,
    /// A table that was kept: fail when a measure over all queries has fallen by more than 0.01.
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
                "query {}: no officer of the register is worth anything for it: its labels are wrong",
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
    let (ndcg10, success3) = Table::read_kept(&read(&kept)?)?;
    let fallen = table.all().ndcg10 < ndcg10 - TOLERANCE || table.all().success3 < success3 - TOLERANCE;
    if fallen {
        writeln!(
            out,
            "search has become worse: nDCG@10 was {ndcg10:.3}, success@3 was {success3:.3}"
        )?;
    }
    Ok(if fallen { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}
