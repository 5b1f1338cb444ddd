//! Trains the model of what questions are about, and fits the weights of search (`make train`, `make fit`).
//!
//! ```text
//! cargo run --release -p index --example train -- model OUT.model QUESTIONS.jsonl…
//! cargo run --release -p index --example train -- folds QUESTIONS.jsonl…
//! cargo run --release -p index --example train -- weights WEIGHTS.toml REGISTER QUERIES.tsv QUESTIONS.jsonl…
//! ```
//!
//! - `model` learns from labelled questions, and from the names and phrases of the vocabulary. The same input gives the same
//!   file.
//! - `folds` trains five times without a fifth of the questions, asks these, and prints how many are understood.
//! - `weights` fits the numbers of WEIGHTS.toml to the same questions and to QUERIES, each asked of a model that has not
//!   learned it, for the officers in the folder REGISTER. It changes the file, and prints what that gains.

#![allow(clippy::print_stdout, reason = "a tool for the terminal")]

mod certainty;
#[path = "../common/mod.rs"]
mod common;
mod cross_validation;
mod examples;
mod fit;
mod learner;
mod relevance;
mod weights_file;

use std::error::Error;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use examples::{Example, FOLDS, Labelled, Outputs};
use index::{Context, Language, Learned, Model};
use register::gazetteer::Gazetteer;
use register::vocabulary::Vocabulary;
use relevance::Relevance;
use weights_file::WeightsFile;

/// The number of folds whose questions the weights are fitted to: some thousands are enough, and each fold needs a language.
const FOLDS_FOR_WEIGHTS: usize = 2;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["model", out, questions @ ..] => write_model(out, &Examples::read(questions)?),
        ["folds", questions @ ..] => {
            let examples = Examples::read(questions)?;
            let models = examples.models_without(0..FOLDS);
            let joined = cross_validation::joined(&examples.questions);
            let answers = cross_validation::ask(&examples.vocabulary, &examples.questions, &joined, &models);
            cross_validation::print(&answers);
            Ok(())
        }
        ["weights", weights, register, queries, questions @ ..] => {
            fit_weights(weights, register, queries, &Examples::read(questions)?)
        }
        _ => Err("give model OUT.model, folds, or weights WEIGHTS.toml REGISTER QUERIES.tsv, and QUESTIONS.jsonl…".into()),
    }
}

fn write_model(out: &str, examples: &Examples) -> Result<(), Box<dyn Error>> {
    let model = examples.train(None);
    std::fs::write(out, model.write())?;
    println!("model {}", model.version());
    Ok(())
}

fn fit_weights(path: &str, register: &str, queries: &str, examples: &Examples) -> Result<(), Box<dyn Error>> {
    let weights = WeightsFile::read(std::fs::read_to_string(path)?)?;
    let models = examples.models_without(0..FOLDS_FOR_WEIGHTS);
    let questions: Vec<&Labelled> = examples.questions.iter().map(|(question, _)| question).collect();
    let vocabulary = Vocabulary::clone(&examples.vocabulary);
    let relevance = Relevance::new(
        &weights,
        Path::new(register),
        Path::new(queries),
        vocabulary,
        &questions,
        &models,
    )?;
    let ask = |weights: &WeightsFile| relevance.measure(weights);
    let mut fitted = fit::fit(&weights, &relevance.questions(), &ask)?;
    let answers = cross_validation::ask(&examples.vocabulary, &examples.questions, &[], &models);
    certainty::fit(&mut fitted, &answers.iter().flatten().collect::<Vec<_>>());
    std::fs::write(path, fitted.to_text())?;
    Ok(())
}

/// What there is to learn.
struct Examples {
    vocabulary: Arc<Vocabulary>,
    outputs: Outputs,
    questions: Vec<(Labelled, Example)>,
    names: Vec<Example>,
}

impl Examples {
    fn read(files: &[&str]) -> Result<Self, Box<dyn Error>> {
        let vocabulary = Vocabulary::builtin();
        let unlearned = Learned::of(Arc::new(Model::empty()));
        let context = Context::new(Arc::new(Language::with(&vocabulary, Gazetteer::builtin(), unlearned)), []);
        let outputs = Outputs::new(&vocabulary);
        let mut questions = Vec::new();
        for path in files {
            questions.extend(examples::of_questions(Path::new(path), &outputs, &context)?);
        }
        let names = examples::of_vocabulary(&vocabulary, &outputs, &context);
        println!("{} questions, {} names and phrases", questions.len(), names.len());
        Ok(Self {
            vocabulary,
            outputs,
            questions,
            names,
        })
    }

    /// Learns all, or all but the questions of one fold.
    fn train(&self, without: Option<usize>) -> Model {
        let learned = self.questions.iter().filter(|(question, _)| without != Some(question.fold));
        let learned: Vec<&Example> = learned.map(|(_, example)| example).chain(&self.names).collect();
        Model::new(learner::learn(&learned, &self.outputs))
    }

    /// Returns for each of these folds a model that has not learned it.
    fn models_without(&self, folds: Range<usize>) -> Vec<Arc<Model>> {
        // Two at a time: a model in training takes fifty megabytes, and machines have at least two cores.
        let train = |folds: Range<usize>| folds.map(|fold| Arc::new(self.train(Some(fold)))).collect::<Vec<_>>();
        let middle = folds.len() / 2;
        std::thread::scope(|scope| {
            let halves = [0..middle, middle..folds.end].map(|half| scope.spawn(|| train(half)));
            let halves = halves.map(|half| half.join().expect("training does not panic"));
            halves.into_iter().flatten().collect()
        })
    }
}
