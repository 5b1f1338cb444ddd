//! Asks each question of a model that has not learned from it.

use std::collections::BTreeMap;
use std::sync::Arc;

use index::{Certainty, Context, Language, Learned, Model, Plan, Understanding};
use register::gazetteer::Gazetteer;
use register::vocabulary::Vocabulary;

use crate::examples::{Example, FOLDS, JOINED, Labelled};

/// The number of bins, of equal mass, of the calibration.
const BINS: usize = 10;

/// What was understood of a question.
pub(crate) struct Answer<'a> {
    pub(crate) question: &'a Labelled,
    pub(crate) understanding: Understanding,
    /// The codes of the plan, best first.
    planned: Vec<String>,
}

/// What is counted of the questions of one kind in one fold.
#[derive(Clone, Copy, Default)]
struct Counts {
    questions: usize,
    first: usize,
    among_three: usize,
    /// The questions of which every scheme is understood.
    every: usize,
    shown: usize,
    not_understood: usize,
}

/// Asks each of the questions, and of the `joined` ones, of the model that has not learned its fold.
pub(crate) fn ask<'a>(
    vocabulary: &Vocabulary,
    questions: &'a [(Labelled, Example)],
    joined: &'a [Labelled],
    models: &[Arc<Model>],
) -> Vec<Vec<Answer<'a>>> {
    let answers = |(fold, model): (usize, &Arc<Model>)| {
        let learned = Learned::of(model.clone());
        let language = Language::with(vocabulary, Gazetteer::builtin(), learned);
        let context = Context::new(Arc::new(language), []);
        let of_fold = questions.iter().map(|(question, _)| question).chain(joined);
        let of_fold = of_fold.filter(|question| question.fold == fold);
        let answers = of_fold.map(|question| {
            let plan = Plan::compile(&question.as_question(), &context);
            Answer {
                question,
                planned: plan
                    .competences
                    .iter()
                    .map(|competence| competence.code.to_string())
                    .collect(),
                understanding: plan.understanding,
            }
        });
        answers.collect::<Vec<_>>()
    };
    let folds: Vec<_> = models.iter().enumerate().collect();
    std::thread::scope(|scope| {
        let halves = folds.chunks(FOLDS.div_ceil(2));
        let halves: Vec<_> = halves
            .map(|half| scope.spawn(|| half.iter().copied().map(&answers).collect::<Vec<_>>()))
            .collect();
        let halves = halves.into_iter().map(|half| half.join().expect("asking does not panic"));
        halves.flatten().collect()
    })
}

/// Prints how many are understood, by kind, and what the confidence is worth.
pub(crate) fn print(folds: &[Vec<Answer<'_>>]) {
    print_kinds(folds);
    print_calibration(folds);
}

/// Returns texts of two problems: questions of the same fold about one scheme each, one after the other.
pub(crate) fn joined(questions: &[(Labelled, Example)]) -> Vec<Labelled> {
    /// Every so many questions one is taken.
    const STEP: usize = 3;
    let folds = (0..FOLDS).flat_map(|fold| {
        let of_fold = questions.iter().map(|(question, _)| question);
        let single = of_fold.filter(|question| question.fold == fold && question.codes.len() == 1 && question.kind != "foreign");
        let single: Vec<&Labelled> = single.step_by(STEP).collect();
        let (first, second) = single.split_at(single.len() / 2);
        let pairs = first.iter().zip(second).filter(|(one, other)| one.codes != other.codes);
        pairs.map(|(one, other)| one.and(other)).collect::<Vec<_>>()
    });
    folds.collect()
}

fn print_kinds(folds: &[Vec<Answer<'_>>]) {
    let mut kinds: BTreeMap<&str, [Counts; FOLDS]> = BTreeMap::new();
    for (fold, answer) in (0..)
        .zip(folds)
        .flat_map(|(fold, answers)| answers.iter().map(move |answer| (fold, answer)))
    {
        let main = answer.question.codes.first();
        // Texts that no scheme is about are a kind of their own, and joined ones repeat others.
        let all = main.filter(|_| answer.question.kind != JOINED).map(|_| "all");
        for kind in [answer.question.kind.as_str()].into_iter().chain(all) {
            let counts = &mut kinds.entry(kind).or_default()[fold];
            counts.questions += 1;
            counts.first += usize::from(main.is_some() && answer.planned.first() == main);
            counts.among_three += usize::from(main.is_some_and(|main| answer.planned.iter().take(3).any(|code| code == main)));
            let understood = &answer.understanding.competences;
            let is_shown = |code: &String| understood.iter().any(|shown| shown.code.as_str() == code);
            counts.every += usize::from(answer.question.codes.iter().all(is_shown));
            counts.shown += understood.len();
            counts.not_understood += usize::from(answer.understanding.certainty == Certainty::NotUnderstood);
        }
    }
    println!("kind          n      first              among three        every              shown              not understood");
    for (kind, folds) in kinds {
        let questions: usize = folds.iter().map(|counts| counts.questions).sum();
        let share = |count: fn(&Counts) -> usize| {
            let shares = folds.map(|counts| count(&counts) as f64 / counts.questions.max(1) as f64);
            let mean = shares.iter().sum::<f64>() / FOLDS as f64;
            let variance = shares.iter().map(|share| (share - mean).powi(2)).sum::<f64>() / (FOLDS - 1) as f64;
            format!("{mean:.3} ± {:.3}", variance.sqrt())
        };
        let (first, among_three) = (share(|counts| counts.first), share(|counts| counts.among_three));
        let not_understood = share(|counts| counts.not_understood);
        let (every, shown) = (share(|counts| counts.every), share(|counts| counts.shown));
        println!("{kind:12} {questions:6}  {first:17}  {among_three:17}  {every:17}  {shown:17}  {not_understood}");
    }
}

/// Compares the confidence in the schemes that are shown with how often they are labelled.
fn print_calibration(folds: &[Vec<Answer<'_>>]) {
    let mut shown: Vec<(f64, bool)> = Vec::new();
    for answer in folds.iter().flatten().filter(|answer| answer.question.kind != JOINED) {
        for competence in &answer.understanding.competences {
            let is_labelled = answer.question.codes.iter().any(|code| code == competence.code.as_str());
            shown.push((competence.confidence, is_labelled));
        }
    }
    shown.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    println!("confidence   labelled");
    let mut error = 0.0;
    for bin in shown.chunks(shown.len().div_ceil(BINS).max(1)) {
        let confidence = bin.iter().map(|(confidence, _)| confidence).sum::<f64>() / bin.len() as f64;
        let labelled = bin.iter().filter(|(_, is_labelled)| *is_labelled).count() as f64 / bin.len() as f64;
        error += (confidence - labelled).abs() * bin.len() as f64 / shown.len() as f64;
        println!("{confidence:.3}        {labelled:.3}");
    }
    println!("expected calibration error {error:.3} of {} shown schemes", shown.len());
}
