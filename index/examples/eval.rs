//! Runs a file of questions over a register in exchange form and writes a TREC run.
//!
//! ```text
//! cargo run -p index --features testing --example eval -- FOLDER QUERIES.tsv RUN
//!     [--collection RUN] [--understood FILE] [--suggest] [--explain QID] [--ablation FOLDER]
//! cargo run --release -p index --features testing --example eval -- speed 100000
//! ```
//!
//! FOLDER holds `organisations.jsonl` and `officers.jsonl`; QUERIES has a header line with `qid` and `query` among its
//! columns. With `--collection` a second run is written in which words are weighed by the collection, as BM25 does; with
//! `--ablation` a run per layer that is left out, and one (`ranks`) in the order of own scores: without the penalty by rank
//! and without groups. `speed` measures plans and searches with all layers and with words only, on so many officers, and what
//! an index of them costs.

#![allow(clippy::print_stdout, reason = "a tool for the terminal")]

use std::collections::HashMap;
use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use index::ablation::{Layer, words_only};
use index::testing::Generator;
use index::{Context, Grouping, Index, IndexedOfficer, IndexedOrganisation, Language, Paging, Plan, Question, Results};
use jiff::civil::Date;
use register::gazetteer::Gazetteer;
use register::identifier::OrganisationId;
use register::officer::Officer;
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
    if let [command, count] = arguments.as_slice()
        && command == "speed"
    {
        return measure_speed(count.parse()?);
    }
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
    let officers = indexed(&organisations, officers);
    index.rebuild(position, officers.clone())?;

    if options.iter().any(|option| option == "--suggest") {
        measure_suggestions(queries, &index, &context, &organisations)?;
    }
    if let Some(folder) = option("--ablation") {
        ablate(Path::new(folder), queries, &organisations, &officers)?;
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
            Some(IndexedOfficer::of(&officer, verified_on, organisation))
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

/// In how many questions one of its competences, or who can decide, is among five suggestions by the time that a share of its
/// letters has been typed.
fn measure_suggestions(
    path: &str,
    index: &Index,
    context: &Context,
    organisations: &[Organisation],
) -> Result<(), Box<dyn Error>> {
    const SHARES: [f64; 4] = [0.2, 0.4, 0.6, 1.0];
    let text = std::fs::read_to_string(path)?;
    let mut lines = text.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let header = lines.next().unwrap_or_default();
    let column = |name: &str| header.iter().position(|column| *column == name);
    let query = column("query").ok_or("no column query")?;
    let wanted = [
        column("competences"),
        column("organisations").or(column("target_orgs")),
        column("municipality"),
    ];
    let short_name = |id: &OrganisationId| {
        let organisation = organisations.iter().find(|organisation| organisation.id == *id);
        organisation.map(|organisation| organisation.short_name.to_lowercase())
    };
    let (mut asked, mut suggested) = (0_u32, [0_u32; SHARES.len()]);
    let show = std::env::args().any(|argument| argument == "--missed");
    for cells in lines {
        let Some(typed) = cells.get(query) else { continue };
        let [codes, names, place] = wanted.map(|at| {
            let cell = at.and_then(|at| cells.get(at)).copied().unwrap_or_default();
            cell.split('|')
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
        });
        let is_wanted = |target: &index::SuggestionTarget| match target {
            index::SuggestionTarget::Competence(code) => codes.contains(&code.as_str()),
            index::SuggestionTarget::Organisation(id) => {
                let short_name = short_name(id).unwrap_or_default();
                names
                    .iter()
                    .any(|name| *name == id.as_str() || name.to_lowercase() == short_name)
            }
            index::SuggestionTarget::Municipality(code) => place.contains(&code.as_str()),
            _ => false,
        };
        let letters: Vec<char> = typed.chars().collect();
        let first = (1..=letters.len()).find(|count| {
            let typed: String = letters[..*count].iter().collect();
            index.suggest(&typed, 5, context).iter().any(|one| is_wanted(&one.target))
        });
        // A person is never suggested: for such a question there is nothing to suggest.
        if codes.iter().all(|code| *code == "*") {
            continue;
        }
        asked += 1;
        let after = first.map_or(f64::INFINITY, |count| count as f64 / letters.len() as f64);
        if show && after > 0.4 {
            println!("{:>4.0} %  {typed}", after * 100.0);
        }
        for (count, share) in suggested.iter_mut().zip(SHARES) {
            *count += u32::from(after <= share);
        }
    }
    for (share, count) in SHARES.iter().zip(suggested) {
        let percent = 100.0 * f64::from(count) / f64::from(asked.max(1));
        println!(
            "suggested after at most {:>3.0} % of the letters: {count} of {asked} ({percent:.0} %)",
            share * 100.0
        );
    }
    Ok(())
}

/// Writes a run for each layer that is left out.
fn ablate(into: &Path, queries: &str, organisations: &[Organisation], officers: &[IndexedOfficer]) -> Result<(), Box<dyn Error>> {
    std::fs::create_dir_all(into)?;
    let position = Position::new(Epoch::from_uuid(uuid::Uuid::nil()), Revision(1));
    let questions = questions(queries)?;
    for layer in Layer::ALL {
        let language = Arc::new(layer.language_without(&Vocabulary::builtin(), Gazetteer::builtin()));
        let place = std::env::temp_dir().join(format!("index-ablation-{}-{}", layer.as_str(), std::process::id()));
        let (index, _) = Index::open(&place, language.clone(), position)?;
        index.rebuild(position, officers.to_vec())?;
        let context = Context::new(language, organisations);
        let (mut run, mut by_own_score) = (String::new(), String::new());
        for (qid, text) in &questions {
            let question = Question {
                text: text.clone(),
                grouping: Grouping::Flat,
                ..Question::default()
            };
            let whole = Plan::compile(&question, &context);
            let mut plan = whole.clone();
            layer.remove_from(&mut plan);
            write_run(&mut run, qid, &index.search(&plan, &Paging::first(DEPTH))?);
            if layer == Layer::Vocabulary {
                // The plan is whole, and so is the language: only the order is another.
                let mut results = index.search(&whole, &Paging::first(10 * DEPTH))?;
                results.hits.sort_by_key(|hit| std::cmp::Reverse(hit.own_score));
                write_run(&mut by_own_score, qid, &results);
            }
        }
        std::fs::write(into.join(format!("{}.run", layer.as_str())), run)?;
        if !by_own_score.is_empty() {
            std::fs::write(into.join("ranks.run"), by_own_score)?;
        }
        drop(index);
        std::fs::remove_dir_all(place)?;
    }
    Ok(())
}

/// Searches with all layers and with words only, in turn, and the cost of the index.
fn measure_speed(count: usize) -> Result<(), Box<dyn Error>> {
    const ROUNDS: usize = 3;
    let generator = Generator::new();
    let language = Arc::new(Language::new(&Vocabulary::builtin(), Gazetteer::builtin()));
    let context = Context::new(language.clone(), []);
    let position = Position::new(Epoch::from_uuid(uuid::Uuid::nil()), Revision(1));
    let place = std::env::temp_dir().join(format!("index-speed-{}", std::process::id()));
    let (index, _) = Index::open(&place, language, position)?;
    let officers: Vec<IndexedOfficer> = generator.officers(count).collect();
    let begin = Instant::now();
    index.rebuild(position, officers)?;
    let built = begin.elapsed().as_secs_f64();
    let size: u64 = std::fs::read_dir(&place)?
        .filter_map(|file| Some(file.ok()?.metadata().ok()?.len()))
        .sum();
    println!(
        "{count} officers: built in {built:.2} s, {:.0} a second",
        count as f64 / built
    );
    println!(
        "on disk: {:.1} MB, {} bytes an officer",
        size as f64 / 1e6,
        size / count as u64
    );
    let texts = generator.questions(400);
    let paging = Paging {
        facets: false,
        ..Paging::first(10)
    };
    let ask = |plan: &dyn Fn(&str) -> Plan| -> Result<(f64, f64), Box<dyn Error>> {
        let mut took = Vec::with_capacity(texts.len());
        let begin = Instant::now();
        for text in &texts {
            let begin = Instant::now();
            std::hint::black_box(index.search(&plan(text), &paging)?);
            took.push(begin.elapsed().as_secs_f64());
        }
        let rate = texts.len() as f64 / begin.elapsed().as_secs_f64();
        took.sort_by(f64::total_cmp);
        Ok((rate, took[took.len() * 99 / 100] * 1e3))
    };
    for round in 1..=ROUNDS {
        let question = |text: &str| Question {
            text: text.to_owned(),
            ..Question::default()
        };
        let (all, all_p99) = ask(&|text| Plan::compile(&question(text), &context))?;
        let (words, words_p99) = ask(&|text| words_only(text, &context))?;
        println!(
            "round {round}: all layers {all:.0}/s, p99 {all_p99:.2} ms; words only {words:.0}/s, p99 {words_p99:.2} ms; ratio {:.2}",
            all / words
        );
    }
    drop(index);
    std::fs::remove_dir_all(place)?;
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
