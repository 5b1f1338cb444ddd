//! Trains the model of what questions are about (`make train`).
//!
//! ```text
//! cargo run --release -p index --example train -- OUT.model QUESTIONS.jsonl… [--folds]
//! ```
//!
//! Learns from labelled questions, and from the names and phrases of the vocabulary. The same input gives the same file.
//! `--folds` measures instead of writing a model: it trains five times without a fifth of the questions, and asks these.

#![allow(clippy::print_stdout, reason = "a tool for the terminal")]

mod cross_validation;
mod examples;
mod learner;

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use examples::{Example, Outputs};
use index::{Context, Language, Model};
use register::gazetteer::Gazetteer;
use register::vocabulary::Vocabulary;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let measures = arguments.last().is_some_and(|last| last == "--folds");
    arguments.truncate(arguments.len() - usize::from(measures));
    let [out, files @ ..] = arguments.as_slice() else {
        return Err("give OUT.model QUESTIONS.jsonl…".into());
    };
    let vocabulary = Vocabulary::builtin();
    let context = Context::new(Arc::new(Language::new(&vocabulary, Gazetteer::builtin())), []);
    let outputs = Outputs::new(&vocabulary);
    let mut questions = Vec::new();
    for path in files {
        questions.extend(examples::of_questions(Path::new(path), &outputs, &context)?);
    }
    let names = examples::of_vocabulary(&vocabulary, &outputs, &context);
    println!("{} questions, {} names and phrases", questions.len(), names.len());
    let train = |without: Option<usize>| {
        let learned = questions.iter().filter(|(question, _)| without != Some(question.fold));
        let examples: Vec<&Example> = learned.map(|(_, example)| example).chain(&names).collect();
        Model::new(learner::learn(&examples, &outputs))
    };
    if measures {
        cross_validation::measure(&vocabulary, &questions, |fold| train(Some(fold)));
        return Ok(());
    }
    let model = train(None);
    std::fs::write(out, model.write())?;
    println!("model {}", model.version());
    Ok(())
}
