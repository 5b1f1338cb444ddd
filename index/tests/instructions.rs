//! The instructions that a search takes, compared with the kept counts.
//!
//! Time depends on the machine and what else it does; the number of instructions hardly does. A stage that takes a tenth more
//! instructions than `instructions.txt` says fails the test. After a change that is worth them, or that saves some, write the
//! new counts:
//!
//! ```text
//! WRITE_INSTRUCTIONS=1 cargo test -p index --test instructions
//! ```

#![allow(clippy::unwrap_used, reason = "these are tests")]

mod common;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use common::{filled, generated, generator, language};
use index::{Context, OfficerTexts, Paging, Plan, Question, ShareRequest, Snapshot};
use register::identifier::OfficerName;

const OFFICERS: usize = 500;
const QUESTIONS: usize = 40;
const HITS: usize = 10;
/// The most that a count may grow, in hundredths.
const MOST: u64 = 110;

#[test]
fn a_search_takes_no_more_instructions_than_before() {
    let Some(counts) = count() else { return };
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/instructions.txt");
    if std::env::var_os("WRITE_INSTRUCTIONS").is_some() {
        let mut text = String::from("# Instructions of a question, in a debug build. See instructions.rs.\n");
        for (stage, count) in &counts {
            writeln!(text, "{stage} {count}").unwrap();
        }
        std::fs::write(&kept, text).unwrap();
        return;
    }
    let text = std::fs::read_to_string(&kept).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let before: BTreeMap<&str, u64> = lines
        .map(|line| line.split_once(' ').expect("a stage and its count"))
        .map(|(stage, count)| (stage, count.parse().expect("a count")))
        .collect();
    for (stage, count) in &counts {
        let before = before[stage.as_str()];
        println!("{stage}: {count} instructions, kept {before}");
        assert!(
            count * 100 <= before * MOST,
            "{stage} takes {count} instructions, which is more than a tenth above {before}"
        );
    }
}

/// Counts the instructions of each stage for a question; `None` if valgrind cannot run here.
fn count() -> Option<BTreeMap<String, u64>> {
    let folder = tempfile::tempdir().unwrap();
    let counted = Command::new("valgrind")
        .args(["--tool=callgrind", "--dump-before=*_stage*"])
        .arg(format!("--callgrind-out-file={}", folder.path().join("out").display()))
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "stages", "--include-ignored", "--test-threads=1"])
        .output();
    let problem = match counted {
        Ok(output) if output.status.success() => {
            let files = std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().path());
            let counts: BTreeMap<String, u64> = files.filter_map(|path| read_stage(&path)).collect();
            assert_eq!(counts.len(), 3, "each stage is counted");
            return Some(counts);
        }
        Ok(output) => format!("valgrind: {}", String::from_utf8_lossy(&output.stderr)),
        Err(error) => format!("valgrind: {error}"),
    };
    skip(&problem);
    None
}

/// Reads the file that was written when a stage ended, because the next one began.
fn read_stage(path: &PathBuf) -> Option<(String, u64)> {
    let text = std::fs::read_to_string(path).unwrap();
    let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    let next = field("desc: Trigger: --dump-before=")?;
    let stages = [("plan", "share_stage"), ("share", "present_stage"), ("present", "last_stage")];
    let (stage, _) = stages.into_iter().find(|(_, begun)| next.contains(begun))?;
    let total: u64 = field("totals:")?.parse().ok()?;
    Some((stage.to_owned(), total / QUESTIONS as u64))
}

/// Reports that this machine cannot count, also in CI: valgrind does not know the instructions of every processor. The runner
/// of all tests lists what was skipped.
fn skip(problem: &str) {
    let line = format!(
        "instructions of a search ({})",
        problem.lines().next_back().unwrap_or_default()
    );
    eprintln!("SKIPPED: {line}");
    if let Some(list) = std::env::var_os("SKIPPED_TESTS") {
        use std::io::Write as _;
        let mut list = std::fs::OpenOptions::new().append(true).open(list).unwrap();
        writeln!(list, "{line}").unwrap();
    }
}

#[test]
#[ignore = "run by the test above"]
fn stages() {
    let generator = generator();
    let officers: Vec<_> = (0..OFFICERS).map(|number| generated(&generator, number)).collect();
    let texts: BTreeMap<OfficerName, Arc<_>> = officers
        .iter()
        .map(|officer| (officer.name.clone(), Arc::new(officer.clone())))
        .collect();
    let (_folder, index) = filled(officers);
    let snapshot = index.snapshot();
    let context = Context::new(language(), generator.organisations());
    let questions = generator.questions(QUESTIONS);
    let texts = |name: &OfficerName| Some(texts[name].clone() as Arc<dyn OfficerTexts>);
    // The first round fills what later searches find filled.
    let plans = plan(&questions, &context);
    present(&snapshot, &plans, &texts);
    let plans = plan_stage(&questions, &context);
    share_stage(&snapshot, &plans);
    present_stage(&snapshot, &plans, &texts);
    last_stage();
}

#[inline(never)]
fn plan_stage(questions: &[String], context: &Context) -> Vec<Plan> {
    plan(questions, context)
}

#[inline(never)]
fn share_stage(snapshot: &Snapshot, plans: &[Plan]) {
    share(snapshot, plans);
}

#[inline(never)]
fn present_stage(snapshot: &Snapshot, plans: &[Plan], texts: &index::FindTexts<'_>) {
    present(snapshot, plans, texts);
}

#[inline(never)]
fn last_stage() {
    std::hint::black_box(());
}

fn plan(questions: &[String], context: &Context) -> Vec<Plan> {
    let question = |text: &String| Question {
        text: text.clone(),
        ..Question::default()
    };
    questions.iter().map(|text| Plan::compile(&question(text), context)).collect()
}

fn share(snapshot: &Snapshot, plans: &[Plan]) {
    let request = ShareRequest {
        limit: HITS,
        no_facets: true,
        is_alone: true,
        ..ShareRequest::default()
    };
    for plan in plans {
        std::hint::black_box(snapshot.share(plan, &request).unwrap());
    }
}

/// Searches and presents: it includes what [`share`] does.
fn present(snapshot: &Snapshot, plans: &[Plan], texts: &index::FindTexts<'_>) {
    let paging = Paging {
        facets: false,
        ..Paging::first(HITS)
    };
    for plan in plans {
        std::hint::black_box(snapshot.search(plan, &paging, texts).unwrap());
    }
}
