//! Runs a file of questions over a register in exchange form and writes TREC runs.
//!
//! ```text
//! cargo run -p index --example eval -- FOLDER QUERIES.tsv RUN
//!     [--model FILE] [--weights FILE] [--collection RUN] [--understood FILE] [--suggest [--missed]] [--explain QID]
//!     [--ablation FOLDER]
//! cargo run --release -p index --example eval -- speed 100000
//! ```
//!
//! FOLDER holds `organisations.jsonl` and `officers.jsonl`. QUERIES has a header line with `qid` and `query` among its
//! columns. Options:
//!
//! - `--model` and `--weights` take others than the built-in ones
//! - `--collection` also writes a run with words weighed by their rarity in the collection, as BM25 does
//! - `--understood` writes how sure the understanding of each question is, and the competences that it indicates
//! - `--suggest` measures how soon suggestions lead to the right target; `--missed` lists late ones
//! - `--explain` prints the hits of one question with the contributions to their scores
//! - `--ablation` writes a run per layer that is left out, and one (`ranks`) in the order of own scores
//!
//! `speed` measures compiling and searching with all layers and with words only, and the cost of an index.

#![allow(clippy::print_stdout, reason = "a tool for the terminal")]

mod ablation;
mod collection;
#[path = "../common/mod.rs"]
mod common;
mod explain;
mod speed;
mod suggestions;
mod trec;

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use common::register_files;
use common::setup::{DEPTH, TemporaryIndex, flat};
use index::{Context, Language, Learned, Model, Paging, Plan, Weights};
use register::gazetteer::Gazetteer;
use register::vocabulary::Vocabulary;
use trec::write_run;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [command, count] = arguments.as_slice()
        && command == "speed"
    {
        return speed::measure(count.parse()?);
    }
    let [folder, queries, run, options @ ..] = arguments.as_slice() else {
        return Err("give FOLDER QUERIES.tsv RUN".into());
    };
    let has = |name: &str| options.iter().any(|option| option == name);
    let option = |name: &str| {
        let at = options.iter().position(|option| option == name)?;
        options.get(at + 1)
    };
    let model = match option("--model") {
        Some(path) => Arc::new(Model::read(&std::fs::read(path)?)?),
        None => Model::builtin(),
    };
    let weights = match option("--weights") {
        Some(path) => Arc::new(Weights::parse(&std::fs::read_to_string(path)?)?),
        None => Weights::builtin(),
    };
    let learned = Learned {
        model,
        weights,
        ..Learned::default()
    };
    let language = Arc::new(Language::with(&Vocabulary::builtin(), Gazetteer::builtin(), learned));
    let (organisations, officers) = register_files::read(Path::new(folder))?;
    let context = Context::new(language.clone(), &organisations);
    let index = TemporaryIndex::filled("eval", language, officers.clone())?;

    if has("--suggest") {
        suggestions::measure(queries, &index.index, &context, &organisations, has("--missed"))?;
    }
    if let Some(folder) = option("--ablation") {
        ablation::write_runs(Path::new(folder), &questions(queries)?, &organisations, &officers)?;
    }
    let (mut by_words, mut by_collection, mut understood) = (String::new(), String::new(), String::new());
    for (qid, text) in questions(queries)? {
        let question = flat(text);
        let plan = Plan::compile(&question, &context);
        write_run(
            &mut by_words,
            &qid,
            &index.index.snapshot().search(&plan, &Paging::first(DEPTH), &|_| None)?,
        );
        if has("--collection") {
            let plan = collection::weigh(&plan, &index.index)?;
            write_run(
                &mut by_collection,
                &qid,
                &index.index.snapshot().search(&plan, &Paging::first(DEPTH), &|_| None)?,
            );
        }
        let _ = writeln!(understood, "{qid}\t{:?}", plan.understanding.certainty);
        for competence in &plan.understanding.competences {
            let (code, weight, words) = (&competence.code, competence.weight.as_f64(), competence.words.join(" "));
            let confidence = competence.confidence;
            let _ = writeln!(understood, "{qid}\t{code}\t{weight:.3}\t{confidence:.3}\t{words}");
        }
        if option("--explain").is_some_and(|wanted| *wanted == qid) {
            explain::print(&question, &context, &index.index)?;
        }
    }
    std::fs::write(run, by_words)?;
    if let Some(path) = option("--collection") {
        std::fs::write(path, by_collection)?;
    }
    if let Some(path) = option("--understood") {
        std::fs::write(path, understood)?;
    }
    Ok(())
}

/// Reads the ids and texts of the questions.
fn questions(path: &str) -> Result<Vec<(String, String)>, Box<dyn Error>> {
    let text = std::fs::read_to_string(path)?;
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let column = |name: &str| {
        let at = header.iter().position(|column| *column == name);
        at.ok_or(format!("no column {name}"))
    };
    let (qid, query) = (column("qid")?, column("query")?);
    let rows = lines.map(|line| line.split('\t').collect::<Vec<_>>());
    let rows = rows.filter(|cells| cells.len() > qid.max(query));
    Ok(rows.map(|cells| (cells[qid].to_owned(), cells[query].to_owned())).collect())
}
