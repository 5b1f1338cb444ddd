//! Labelled examples: questions of the files, and names of the vocabulary.

use std::error::Error;
use std::path::Path;

use index::{Context, Features, NO_SCHEME, Plan, Question};
use register::vocabulary::Vocabulary;
use serde::Deserialize;

/// The number of folds.
pub(crate) const FOLDS: usize = 5;
/// The kind of a text that is made of two questions.
pub(crate) const JOINED: &str = "joined";
/// How much a text counts beside a question: a name or phrase of the vocabulary, a sentence about situations, and a text that no
/// scheme is about.
const NAME_WEIGHT: f32 = 0.4;
const SENTENCE_WEIGHT: f32 = 0.6;
const NO_SCHEME_WEIGHT: f32 = 2.0;
/// How much the main scheme of a question counts beside each further one, and the first executor of a scheme beside the others.
const MAIN_SCHEME: f32 = 2.0;
const FIRST_EXECUTOR: f32 = 3.0;

/// A text with what it is about.
pub(crate) struct Example {
    pub(crate) features: Features,
    /// The schemes with their shares, which sum to 1.
    pub(crate) schemes: Vec<(usize, f32)>,
    /// The executors that decide, likewise; none if they are not known.
    pub(crate) executors: Vec<(usize, f32)>,
    /// How much it counts.
    pub(crate) weight: f32,
}

/// The outputs of the model.
pub(crate) struct Outputs {
    pub(crate) schemes: Vec<String>,
    pub(crate) executors: Vec<String>,
}

impl Outputs {
    pub(crate) fn new(vocabulary: &Vocabulary) -> Self {
        let schemes = vocabulary.competences().iter().map(|competence| competence.code.to_string());
        Self {
            schemes: schemes.chain([NO_SCHEME.to_owned()]).collect(),
            executors: vocabulary.executors().iter().map(|executor| executor.key.clone()).collect(),
        }
    }

    fn shares(names: &[String], wanted: &[String], main: f32) -> Vec<(usize, f32)> {
        let places = wanted.iter().filter_map(|name| names.iter().position(|known| known == name));
        let mut shares: Vec<(usize, f32)> = places.map(|place| (place, 1.0)).collect();
        if let Some((_, share)) = shares.first_mut() {
            *share = main;
        }
        let sum: f32 = shares.iter().map(|(_, share)| share).sum();
        shares.iter_mut().for_each(|(_, share)| *share /= sum);
        shares
    }
}

/// A labelled question of a file.
#[derive(Deserialize)]
pub(crate) struct Labelled {
    pub(crate) q: String,
    /// The schemes that it is about, the main one first; none if it is about none.
    pub(crate) codes: Vec<String>,
    /// The keys of the executors that decide.
    pub(crate) orgs: Vec<String>,
    /// What kind of question it is.
    pub(crate) kind: String,
    /// The fold that it is in.
    #[serde(skip)]
    pub(crate) fold: usize,
}

impl Labelled {
    /// Returns a text of both problems.
    pub(crate) fn and(&self, other: &Self) -> Self {
        let end = if self.q.ends_with(['.', '?', '!']) { "" } else { "." };
        Self {
            q: format!("{}{end} {}", self.q, other.q),
            codes: [self.codes.as_slice(), &other.codes].concat(),
            orgs: [self.orgs.as_slice(), &other.orgs].concat(),
            kind: JOINED.to_owned(),
            fold: self.fold,
        }
    }

    pub(crate) fn as_question(&self) -> Question {
        question(&self.q)
    }
}

/// Reads labelled questions.
pub(crate) fn of_questions(
    path: &Path,
    outputs: &Outputs,
    context: &Context,
) -> Result<Vec<(Labelled, Example)>, Box<dyn Error>> {
    let text = std::fs::read_to_string(path)?;
    let lines = text.lines().filter(|line| !line.trim().is_empty()).enumerate();
    let read = |(number, line): (usize, &str)| {
        let place = |error| format!("{}, line {}: {error}", path.display(), number + 1);
        let mut labelled: Labelled = serde_json::from_str(line).map_err(place)?;
        labelled.fold = fold(&labelled.q);
        let nothing = [NO_SCHEME.to_owned()];
        let (codes, weight) = match labelled.codes.as_slice() {
            [] => (nothing.as_slice(), NO_SCHEME_WEIGHT),
            codes => (codes, 1.0),
        };
        let example = Example {
            features: Plan::features(&labelled.as_question(), context),
            schemes: Outputs::shares(&outputs.schemes, codes, MAIN_SCHEME),
            executors: Outputs::shares(&outputs.executors, &labelled.orgs, 1.0),
            weight,
        };
        Ok((labelled, example))
    };
    lines.map(read).collect()
}

/// Takes the names and phrases of the vocabulary.
pub(crate) fn of_vocabulary(vocabulary: &Vocabulary, outputs: &Outputs, context: &Context) -> Vec<Example> {
    let mut examples = Vec::new();
    for executor in vocabulary.executors() {
        for name in [&executor.key, &executor.label] {
            examples.push(Example {
                features: features(name, context),
                schemes: Vec::new(),
                executors: Outputs::shares(&outputs.executors, std::slice::from_ref(&executor.key), 1.0),
                weight: 1.0,
            });
        }
    }
    for competence in vocabulary.competences() {
        let mut add = |text: &str, weight: f32| {
            examples.push(Example {
                features: features(text, context),
                schemes: Outputs::shares(&outputs.schemes, &[competence.code.to_string()], 1.0),
                executors: Outputs::shares(&outputs.executors, &competence.executed_by, FIRST_EXECUTOR),
                weight,
            });
        };
        add(&competence.label, NAME_WEIGHT);
        competence.abbreviation.iter().for_each(|name| add(name, NAME_WEIGHT));
        competence
            .synonyms
            .iter()
            .chain(&competence.phrases)
            .for_each(|name| add(name, NAME_WEIGHT));
        competence
            .situations
            .split_inclusive(['.', '?', '!'])
            .for_each(|sentence| add(sentence, SENTENCE_WEIGHT));
    }
    examples
}

/// Returns the fold of a question: by its text, because kinds and schemes follow each other regularly in the files.
fn fold(text: &str) -> usize {
    let sum = text
        .bytes()
        .fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    sum % FOLDS
}

fn features(text: &str, context: &Context) -> Features {
    Plan::features(&question(text), context)
}

fn question(text: &str) -> Question {
    Question {
        text: text.to_owned(),
        ..Question::default()
    }
}
