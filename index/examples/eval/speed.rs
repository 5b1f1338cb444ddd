//! Measures compiling and searching with all layers and with words only, and the cost of an index.

use std::collections::HashMap;
use std::error::Error;
use std::sync::Arc;
use std::time::Instant;

use generator::RegisterGenerator;
use index::{
    Context, IndexError, IndexedOfficer, IndexedOrganisation, Language, OfficerTexts, Paging, Plan, PlannedWord, Question, Score,
};
use jiff::civil::date;
use register::gazetteer::Gazetteer;
use register::identifier::OfficerName;
use register::vocabulary::Vocabulary;

use crate::common::setup::{TemporaryIndex, position};

/// Measures a register of `count` officers.
pub(crate) fn measure(count: usize) -> Result<(), Box<dyn Error>> {
    const ROUNDS: usize = 3;
    let generator = RegisterGenerator::new(2026, date(2026, 11, 22));
    let language = Arc::new(Language::new(&Vocabulary::builtin(), Gazetteer::builtin()));
    let context = Context::new(language.clone(), generator.organisations());
    let officers = officers(&generator, count);
    let held: HashMap<OfficerName, Arc<IndexedOfficer>> = officers
        .iter()
        .map(|officer| (officer.name.clone(), Arc::new(officer.clone())))
        .collect();
    let texts_of = |name: &OfficerName| Some(held.get(name)?.clone() as Arc<dyn OfficerTexts>);
    let index = TemporaryIndex::empty("speed", language)?;
    let begin = Instant::now();
    index.index.rebuild(position(), officers)?;
    let built = begin.elapsed().as_secs_f64();
    let size: u64 = std::fs::read_dir(&index.folder)?
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
    // Returns the rate and the 99th percentile in milliseconds.
    let ask = |plan: &dyn Fn(&str) -> Result<Plan, IndexError>| -> Result<(f64, f64), Box<dyn Error>> {
        let mut took = Vec::with_capacity(texts.len());
        let begin = Instant::now();
        for text in &texts {
            let begin = Instant::now();
            std::hint::black_box(index.index.snapshot().search(&plan(text)?, &paging, &texts_of)?);
            took.push(begin.elapsed().as_secs_f64());
        }
        let rate = texts.len() as f64 / begin.elapsed().as_secs_f64();
        took.sort_by(f64::total_cmp);
        Ok((rate, took[took.len() * 99 / 100] * 1e3))
    };
    for round in 1..=ROUNDS {
        let (all, all_p99) = ask(&|text| Ok(Plan::compile(&question(text), &context)))?;
        let (words, words_p99) = ask(&|text| words_only(text, &context))?;
        println!(
            "round {round}: all layers {all:.0}/s, p99 {all_p99:.2} ms; words only {words:.0}/s, p99 {words_p99:.2} ms; ratio {:.2}",
            all / words
        );
    }
    Ok(())
}

fn question(text: &str) -> Question {
    Question {
        text: text.to_owned(),
        ..Question::default()
    }
}

fn officers(generator: &RegisterGenerator, count: usize) -> Vec<IndexedOfficer> {
    let organisations: HashMap<_, _> = generator
        .organisations()
        .iter()
        .map(|organisation| (&organisation.id, Arc::new(IndexedOrganisation::from(organisation))))
        .collect();
    let indexed = (0..).zip(generator.officers(count)).map(|(number, officer)| {
        let organisation = organisations[&officer.organisation].clone();
        IndexedOfficer::of(&officer, Some(generator.verified_on(number)), organisation)
    });
    indexed.collect()
}

/// Returns a plan without any layer: the stems of the words, all of the same weight.
fn words_only(text: &str, context: &Context) -> Result<Plan, IndexError> {
    let mut parts = Plan::compile(&Question::default(), context).into_parts();
    parts.is_browse = false;
    let words = context.language().stems(text).into_iter().map(|stem| PlannedWord {
        surface: stem.clone(),
        weight: Score::rounded(1.0),
        terms: vec![(stem, Score::rounded(1.0))],
        approximate: None,
    });
    parts.words = words.collect();
    Plan::try_from(parts)
}
