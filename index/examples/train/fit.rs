//! Fits the weights of plans and scores to labelled questions, one step at a time, and tests the result on others.

use std::error::Error;

use crate::examples::FOLDS;
use crate::weights_file::WeightsFile;

/// The steps that are tried, as factors.
const STEPS: [f64; 2] = [1.25, 0.8];
/// The gain that a step must bring. A smaller one is chance: it is less than one place of one question in a few.
const LEAST_GAIN: f64 = 0.0003;
/// The weights that this does not fit: those of the regressions in `certainty`, and those of sections, because nDCG does not
/// measure whether every problem of a text is named.
const NOT_FITTED: [&str; 5] = [
    "certainty.",
    "blend.section",
    "blend.behind_the_whole",
    "blend.another_section",
    "blend.own_section",
];

/// What fitting to some of the questions gave.
struct Fitted {
    weights: WeightsFile,
    /// The nDCG@10 of each question.
    scores: Vec<f64>,
}

/// Asks all questions with some weights, and returns the nDCG@10 of each; `None` if the weights are out of bounds.
type Ask<'a> = &'a dyn Fn(&WeightsFile) -> Option<Vec<f64>>;

/// Fits `weights`, and prints what that gains on questions that they were not fitted to. `is_query` tells of each question that
/// `ask` asks whether it is a labelled query rather than a training question.
pub(crate) fn fit(weights: &WeightsFile, is_query: &[bool], ask: Ask<'_>) -> Result<WeightsFile, Box<dyn Error>> {
    // Every fold has as many of each kind, because the kinds follow each other in the files.
    let questions = is_query.iter().enumerate();
    let questions: Vec<(usize, bool)> = questions.map(|(number, is_query)| (number % FOLDS, *is_query)).collect();
    let before = ask(weights).ok_or("the weights are out of bounds")?;
    let effects = effects(weights, ask);
    println!(
        "{} steps of single weights, each with {} questions",
        effects.len(),
        questions.len()
    );
    let combine = |without: Option<usize>| combine(weights, &before, &effects, &questions, ask, without);
    let all = combine(None);
    let folds: Vec<Fitted> = (0..FOLDS).map(|fold| combine(Some(fold))).collect();

    println!("questions of one fold, with weights that are fitted to the other folds:");
    println!("fold  labelled queries     training questions");
    let mut gains = [Vec::new(), Vec::new()];
    for (fold, fitted) in folds.iter().enumerate() {
        let mean = |scores: &[f64], is_query: bool| {
            let of_fold = scores.iter().zip(&questions);
            let of_fold = of_fold.filter(|(_, question)| **question == (fold, is_query));
            average(of_fold.map(|(score, _)| *score))
        };
        let [queries, training] = [true, false].map(|is_query| (mean(&before, is_query), mean(&fitted.scores, is_query)));
        println!(
            "{fold}     {:.4} to {:.4}     {:.4} to {:.4}",
            queries.0, queries.1, training.0, training.1
        );
        gains[0].push(queries.1 - queries.0);
        gains[1].push(training.1 - training.0);
    }
    let [queries, training] = gains.map(|gains| spread(&gains));
    println!(
        "gain  {:.4} ± {:.4}     {:.4} ± {:.4}",
        queries.0, queries.1, training.0, training.1
    );
    println!("weight                            before    fitted    over folds");
    for (number, old) in weights.numbers.iter().enumerate() {
        let values: Vec<f64> = folds.iter().map(|fitted| fitted.weights.numbers[number].value).collect();
        let (mean, deviation) = spread(&values);
        let new = all.weights.numbers[number].value;
        if new != old.value || deviation > 1e-6 {
            println!("{:32}  {:8.3}  {new:8.3}  {mean:8.3} ± {deviation:.3}", old.path, old.value);
        }
    }
    Ok(all.weights)
}

/// What one step of one weight does.
struct Effect {
    number: usize,
    factor: f64,
    /// The nDCG@10 of each question after it.
    scores: Vec<f64>,
}

/// Measures each step of each weight alone.
fn effects(start: &WeightsFile, ask: Ask<'_>) -> Vec<Effect> {
    let is_fitted = |number: &usize| !NOT_FITTED.iter().any(|table| start.numbers[*number].path.starts_with(table));
    let numbers = (0..start.numbers.len()).filter(is_fitted);
    let steps = numbers.flat_map(|number| STEPS.map(|factor| (number, factor)));
    let effects = steps.filter_map(|(number, factor)| {
        let scores = ask(&stepped(start, number, factor)?)?;
        Some(Effect { number, factor, scores })
    });
    effects.collect()
}

/// Takes the steps that help the questions outside a fold, the best first, as long as they help together too.
fn combine(
    start: &WeightsFile,
    before: &[f64],
    effects: &[Effect],
    questions: &[(usize, bool)],
    ask: Ask<'_>,
    without: Option<usize>,
) -> Fitted {
    let value = |scores: &[f64]| {
        let mean = |is_query: bool| {
            let learned = scores.iter().zip(questions);
            let learned = learned.filter(|(_, (fold, query))| Some(*fold) != without && *query == is_query);
            average(learned.map(|(score, _)| *score))
        };
        // The labelled queries resemble what is asked, and the training questions are many: both count the same.
        f64::midpoint(mean(true), mean(false))
    };
    let of_start = value(before);
    let gains = effects.iter().map(|effect| (value(&effect.scores) - of_start, effect));
    let mut gains: Vec<(f64, &Effect)> = gains.filter(|(gain, _)| *gain >= LEAST_GAIN).collect();
    gains.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    let mut best = Fitted {
        weights: start.clone(),
        scores: before.to_vec(),
    };
    for (_, Effect { number, factor, .. }) in gains {
        // Goes on in a direction that helps.
        while let Some(weights) = stepped(&best.weights, *number, *factor)
            && let Some(scores) = ask(&weights)
            && value(&scores) >= value(&best.scores) + LEAST_GAIN
        {
            best = Fitted { weights, scores };
        }
    }
    best
}

/// Returns the weights with one of them multiplied; `None` if that changes nothing.
fn stepped(weights: &WeightsFile, number: usize, factor: f64) -> Option<WeightsFile> {
    let value = weights.numbers[number].times(factor);
    let mut stepped = weights.clone();
    stepped.numbers[number].value = value;
    (value != weights.numbers[number].value).then_some(stepped)
}

fn average(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0_u32), |(sum, count), value| (sum + value, count + 1));
    sum / f64::from(count.max(1))
}

/// Returns the mean of values and their standard deviation.
fn spread(values: &[f64]) -> (f64, f64) {
    let mean = average(values.iter().copied());
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (mean, (squares / (values.len() - 1).max(1) as f64).sqrt())
}

#[cfg(test)]
mod tests {
    use super::{WeightsFile, fit};

    const TEXT: &str = "# Weights.\n\n[blend]\nvocabulary = 1.0 # of the vocabulary\nsection = 2.0\n\n[scoring]\nranks = [1000, 900]\nother = 7\n";

    fn weights() -> WeightsFile {
        WeightsFile::read(TEXT.to_owned()).unwrap()
    }

    #[test]
    fn steps_that_help_are_taken_and_the_rest_of_the_file_stays() {
        // Every question is best at 1.5; a higher second rank would help too, but it is out of bounds.
        let ask = |weights: &WeightsFile| {
            let ranks = [weights.get("scoring.ranks.0"), weights.get("scoring.ranks.1")];
            let quality = 0.9 - 0.1 * (weights.get("blend.vocabulary") - 1.5).abs() + 1e-4 * ranks[1];
            (ranks[0] >= ranks[1] && ranks[0] <= 1000.0).then(|| vec![quality; 10])
        };
        let fitted = fit(
            &weights(),
            &[true, false, true, false, true, false, true, false, true, false],
            &ask,
        )
        .unwrap();
        assert_eq!(fitted.to_text(), TEXT.replace("1.0", "1.563"));
    }

    #[test]
    fn what_helps_one_kind_of_question_at_the_cost_of_the_other_is_left() {
        let ask = |weights: &WeightsFile| {
            let more = weights.get("blend.vocabulary") - 1.0;
            Some(
                (0..10)
                    .map(|number| 0.5 + if number % 2 == 0 { more } else { -more })
                    .collect(),
            )
        };
        let is_query = [true, false, true, false, true, false, true, false, true, false];
        assert_eq!(fit(&weights(), &is_query, &ask).unwrap().to_text(), TEXT);
    }

    #[test]
    fn weights_that_are_not_fitted_stay() {
        let ask = |weights: &WeightsFile| Some(vec![weights.get("blend.section"); 10]);
        assert_eq!(fit(&weights(), &[true; 10], &ask).unwrap().to_text(), TEXT);
    }

    #[test]
    fn the_file_of_weights_is_written_as_it_was_read() {
        let text = include_str!("../../weights.toml");
        assert_eq!(WeightsFile::read(text.to_owned()).unwrap().to_text(), text);
    }
}
