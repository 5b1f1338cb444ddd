//! Fits how sure the understanding is: logistic regressions over questions that the model has not learned.

use crate::cross_validation::Answer;
use crate::weights_file::WeightsFile;

/// The numbers of the regression of whether a text is about no scheme; the intercept last.
const NO_SCHEME: [&str; 4] = [
    "certainty.no_scheme_by_model",
    "certainty.no_scheme_by_known_words",
    "certainty.no_scheme_by_vocabulary",
    "certainty.no_scheme_intercept",
];
/// The numbers of the calibration of probabilities.
const CALIBRATION: [&str; 2] = ["certainty.calibration_slope", "certainty.calibration_intercept"];

/// Fits the numbers of the certainty in `weights`, with which `answers` were given.
pub(crate) fn fit(weights: &mut WeightsFile, answers: &[&Answer<'_>]) {
    let no_scheme = answers.iter().map(|answer| {
        let indicated = answer.understanding.no_scheme;
        let features = [indicated.by_model, indicated.known_words, indicated.by_vocabulary, 1.0];
        (features, answer.question.codes.is_empty())
    });
    // A text without a content word is not understood, whatever the regression says.
    let no_scheme = no_scheme.filter(|([_, known_words, by_vocabulary, _], _)| *known_words + *by_vocabulary > 0.0);
    let fitted = regression(&no_scheme.collect::<Vec<_>>());
    NO_SCHEME
        .iter()
        .zip(fitted)
        .for_each(|(path, value)| weights.set(path, value));

    let [slope, intercept] = CALIBRATION.map(|path| weights.get(path));
    let shown = answers
        .iter()
        .flat_map(|answer| answer.understanding.competences.iter().map(move |shown| (answer, shown)));
    let shown = shown.map(|(answer, shown)| {
        let log_odds = (shown.confidence / (1.0 - shown.confidence)).ln();
        let is_labelled = answer.question.codes.iter().any(|code| code == shown.code.as_str());
        ([(log_odds - intercept) / slope, 1.0], is_labelled)
    });
    let fitted = regression(&shown.collect::<Vec<_>>());
    CALIBRATION
        .iter()
        .zip(fitted)
        .for_each(|(path, value)| weights.set(path, value));
}

/// Returns the factors with the highest likelihood, by Newton's method.
fn regression<const N: usize>(examples: &[([f64; N], bool)]) -> [f64; N] {
    const STEPS: usize = 30;
    let mut factors = [0.0; N];
    for _ in 0..STEPS {
        let mut gradient = [0.0; N];
        let mut curvature = [[0.0; N]; N];
        for (features, is_so) in examples {
            let log_odds: f64 = features.iter().zip(&factors).map(|(feature, factor)| feature * factor).sum();
            let probability = 1.0 / (1.0 + (-log_odds).exp());
            let error = f64::from(u8::from(*is_so)) - probability;
            let steepness = probability * (1.0 - probability);
            for row in 0..N {
                gradient[row] += error * features[row];
                for column in 0..N {
                    curvature[row][column] += steepness * features[row] * features[column];
                }
            }
        }
        let step = solve(curvature, gradient);
        factors.iter_mut().zip(step).for_each(|(factor, step)| *factor += step);
    }
    factors
}

/// Solves `matrix · x = vector` for a positive definite matrix, by elimination.
fn solve<const N: usize>(mut matrix: [[f64; N]; N], mut vector: [f64; N]) -> [f64; N] {
    for pivot in 0..N {
        // Keeps a feature that never varies from dividing by zero.
        matrix[pivot][pivot] += 1e-9;
        let (row, by) = (matrix[pivot], vector[pivot]);
        for other in (0..N).filter(|other| *other != pivot) {
            let factor = matrix[other][pivot] / row[pivot];
            matrix[other]
                .iter_mut()
                .zip(row)
                .for_each(|(value, of_pivot)| *value -= factor * of_pivot);
            vector[other] -= factor * by;
        }
    }
    std::array::from_fn(|row| vector[row] / matrix[row][row])
}
