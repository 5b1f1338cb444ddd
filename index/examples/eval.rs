//! Runs a file of questions over a register in exchange form and writes a TREC run.
//!
//! ```text
//! cargo run -p index --example eval -- FOLDER QUERIES.tsv RUN [--collection RUN] [--understood FILE] [--suggest] [--explain QID]
//! ```
//!
//! FOLDER holds `organisations.jsonl` and `officers.jsonl`; QUERIES has a header line with `qid` and `query` among its
//! columns. With `--collection` a second run is written in which words are weighed by the collection, as BM25 does.

#![allow(clippy::print_stdout, reason = "a tool for the terminal")]

use std::collections::HashMap;
use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use index::{Context, Grouping, Index, IndexedOfficer, IndexedOrganisation, Language, Paging, Plan, Question, Results};
use jiff::civil::Date;
use register::gazetteer::Gazetteer;
use register::identifier::OrganisationId;
use register::officer::{MandateLevel, Officer};
use register::organisation::Organisation;
use register::position::{Epoch, Position, Revision};
use register::vocabulary::Vocabulary;
use serde::Deserialize;

/// Lines of a run per question.
const DEPTH: usize = 100;

/// An officer of the file with the overlay that files carry along.
#[derive(Deserialize)]
struct FileOfficer {
    #[serde(flatten)]
    officer: Officer,
    verified_on: Option<Date>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, queries, run, options @ ..] = arguments.as_slice() else {
        return Err("give FOLDER QUERIES.tsv RUN".into());
    };
    let option = |name: &str| {
        options
            .iter()
            .position(|option| option == name)
            .and_then(|at| options.get(at + 1))
    };
    let language = Arc::new(Language::new(&Vocabulary::builtin(), Gazetteer::builtin()));
    let organisations: Vec<Organisation> = read(&Path::new(folder).join("organisations.jsonl"))?;
    let officers: Vec<FileOfficer> = read(&Path::new(folder).join("officers.jsonl"))?;
    let context = Context::new(language.clone(), &organisations);
    let position = Position::new(Epoch::from_uuid(uuid::Uuid::nil()), Revision(1));
    let place = std::env::temp_dir().join(format!("index-eval-{}", std::process::id()));
    let (index, _) = Index::open(&place, language, position)?;
    index.rebuild(position, indexed(&organisations, officers))?;

    if options.iter().any(|option| option == "--suggest") {
        measure_suggestions(queries, &index, &context)?;
    }
    let (mut by_words, mut by_collection, mut understood) = (String::new(), String::new(), String::new());
    for (qid, text) in questions(queries)? {
        let question = Question {
            text,
            grouping: Grouping::Flat,
            ..Question::default()
        };
        let plan = Plan::compile(&question, &context);
        write_run(&mut by_words, &qid, &index.search(&plan, &Paging::first(DEPTH))?);
        if option("--collection").is_some() {
            write_run(
                &mut by_collection,
                &qid,
                &index.search_by_collection(&plan, &Paging::first(DEPTH))?,
            );
        }
        if option("--understood").is_some() {
            for competence in &plan.understanding.competences {
                let (code, weight, words) = (&competence.code, competence.weight.as_f64(), competence.words.join(" "));
                let _ = writeln!(understood, "{qid}\t{code}\t{weight:.3}\t{words}");
            }
        }
        if option("--explain").is_some_and(|wanted| *wanted == qid) {
            explain(&question, &context, &index)?;
        }
    }
    std::fs::write(run, by_words)?;
    if let Some(path) = option("--collection") {
        std::fs::write(path, by_collection)?;
    }
    if let Some(path) = option("--understood") {
        std::fs::write(path, understood)?;
    }
    drop(index);
    std::fs::remove_dir_all(place)?;
    Ok(())
}

fn read<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<Vec<T>, Box<dyn Error>> {
    let text = std::fs::read_to_string(path)?;
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    Ok(lines.map(serde_json::from_str).collect::<Result<_, _>>()?)
}

fn indexed(organisations: &[Organisation], officers: Vec<FileOfficer>) -> Vec<IndexedOfficer> {
    let organisations: HashMap<OrganisationId, Arc<IndexedOrganisation>> = organisations
        .iter()
        .map(|organisation| (organisation.id.clone(), Arc::new(IndexedOrganisation::from(organisation))))
        .collect();
    officers
        .into_iter()
        .filter_map(|FileOfficer { officer, verified_on }| {
            let organisation = organisations.get(&officer.organisation)?.clone();
            let texts = officer.mandates.iter().filter_map(|mandate| mandate.text.clone());
            Some(IndexedOfficer {
                name: officer.officer_name(),
                person: officer.name.clone(),
                mandate: officer
                    .mandates
                    .iter()
                    .map(|mandate| mandate.level)
                    .min()
                    .unwrap_or(MandateLevel::Refer),
                mandate_texts: texts.filter(|text| !text.trim().is_empty()).collect(),
                not_for: officer.not_for.iter().map(|not_for| not_for.competence.clone()).collect(),
                function_title: officer.function_title,
                kind: officer.kind,
                description: officer.description,
                domains: officer.domains,
                competences: officer.competences,
                area: officer.area,
                verified_on,
                organisation,
            })
        })
        .collect()
}

fn questions(path: &str) -> Result<Vec<(String, String)>, Box<dyn Error>> {
    let text = std::fs::read_to_string(path)?;
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let column = |name: &str| {
        header
            .iter()
            .position(|column| *column == name)
            .ok_or(format!("no column {name}"))
    };
    let (qid, query) = (column("qid")?, column("query")?);
    let rows = lines
        .map(|line| line.split('\t').collect::<Vec<_>>())
        .filter(|cells| cells.len() > qid.max(query));
    Ok(rows.map(|cells| (cells[qid].to_owned(), cells[query].to_owned())).collect())
}

/// After what share of a question's letters one of its competences is among the first five suggestions.
fn measure_suggestions(path: &str, index: &Index, context: &Context) -> Result<(), Box<dyn Error>> {
    let text = std::fs::read_to_string(path)?;
    let header: Vec<&str> = text.lines().next().unwrap_or_default().split('\t').collect();
    let column = |name: &str| {
        header
            .iter()
            .position(|column| *column == name)
            .ok_or(format!("no column {name}"))
    };
    let (query, competences) = (column("query")?, column("competences")?);
    let (mut asked, mut suggested) = (0, [0; 3]);
    for cells in text.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>()) {
        let (Some(query), Some(wanted)) = (cells.get(query), cells.get(competences)) else {
            continue;
        };
        let wanted: Vec<&str> = wanted.split('|').collect();
        asked += 1;
        for (count, share) in suggested.iter_mut().zip([0.4, 0.6, 1.0]) {
            let letters = (query.chars().count() as f64 * share).ceil() as usize;
            let typed: String = query.chars().take(letters).collect();
            let is_wanted = |suggestion: &index::Suggestion| match &suggestion.target {
                index::SuggestionTarget::Competence(code) => wanted.contains(&code.as_str()),
                _ => false,
            };
            *count += usize::from(index.suggest(&typed, 5, context).iter().any(is_wanted));
        }
    }
    for (share, count) in ["40 %", "60 %", "100 %"].iter().zip(suggested) {
        println!("suggested after {share} of the letters: {count} of {asked}");
    }
    Ok(())
}

fn write_run(run: &mut String, qid: &str, results: &Results) {
    for (rank, hit) in (1..).zip(&results.hits) {
        let _ = writeln!(
            run,
            "{qid} Q0 {}/{} {rank} {:.4} index",
            hit.name.organisation,
            hit.name.officer,
            hit.score.as_f64()
        );
    }
}

fn explain(question: &Question, context: &Context, index: &Index) -> Result<(), Box<dyn Error>> {
    let question = Question {
        grouping: Grouping::Collapse,
        ..question.clone()
    };
    let plan = Plan::compile(&question, context);
    println!("understood as: {}", plan.understanding.sentence());
    for competence in &plan.understanding.competences {
        println!(
            "  {:<18} {:>6.3}  {}",
            competence.code,
            competence.weight.as_f64(),
            competence.words.join(" ")
        );
    }
    for correction in &plan.understanding.corrections {
        println!("  {} -> {}", correction.typed, correction.meant);
    }
    for place in &plan.understanding.places {
        println!("  place {} {:?}", place.typed, place.municipalities);
    }
    println!("  words: {}", plan.understanding.words.join(" "));
    for hit in index
        .search(
            &plan,
            &Paging {
                explain: true,
                ..Paging::first(12)
            },
        )?
        .hits
    {
        println!(
            "{:.3} {}/{} {:?}",
            hit.score.as_f64(),
            hit.name.organisation,
            hit.name.officer,
            hit.group.map(|group| group.members.len())
        );
        for given in hit.explanation {
            println!(
                "        {:>7.3} {:<12} {:<16} {}",
                given.score.as_f64(),
                given.layer,
                given.field,
                given.word
            );
        }
    }
    Ok(())
}
