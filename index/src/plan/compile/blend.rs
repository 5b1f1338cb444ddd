//! Combines what the vocabulary indicates with what the model has learned.
//!
//! The logarithm of a scheme's probability and its share of the vocabulary's weight are added. The constants were chosen by
//! cross-validation over the labelled questions (`docs/search.md`).

use super::sections::Section;
use crate::learned::{LearnedModel, Prediction, log_sum};
use crate::plan::recognise::schemes::IndicatedScheme;

/// How much the vocabulary counts beside a model that knows all the words, in logarithms of odds. It counts more if the model
/// knows only some: regional words of an operator, for instance.
const VOCABULARY_FACTOR: f64 = 1.5;
/// The least share of words that the model counts as knowing.
const LEAST_KNOWN: f64 = 0.1;
/// A lower highest weight than this is no full indication.
const FULL_INDICATION: f64 = 1.0;
/// The exponent of the ratio of two schemes' probabilities in the ratio of their weights.
const FLATTENING: f64 = 0.3;
/// The lowest weight of the best scheme of a text of known words.
const LEAST_STRENGTH: f64 = 2.0;
/// The lowest weight of a scheme as a share of the best; below it is noise.
const MIN_SHARE: f64 = 0.15;
/// The lowest weight of a scheme.
const MIN_WEIGHT: f64 = 0.12;
/// The most schemes of a plan.
const MAX_SCHEMES: usize = 12;
/// The logarithm of the weight of what one section of a text is about beside the whole, and how far it stays behind.
const SECTION_LOG_WEIGHT: f64 = -0.9;
const BEHIND_THE_WHOLE: f64 = 0.7;
/// The logistic regression, on folds of the labelled questions, of whether a text is about no scheme: the factors of its
/// log-odds by the model, of the share of words that the model knows and of the highest weight by the vocabulary, and the
/// intercept.
const NO_SCHEME: [f64; 4] = [0.95, -3.58, -1.05, 6.03];
/// The calibration of probabilities: the slope and intercept of their log-odds.
const CALIBRATION: (f64, f64) = (1.03, 0.85);

/// The shares of the words of a question that are known, of the content words besides names; 0 if there are none.
pub(super) struct KnownShares {
    /// By the vocabulary, the lexicon or the model.
    pub(super) by_any: f64,
    /// By the model.
    pub(super) by_model: f64,
}

/// A scheme that the question is about.
pub(super) struct BlendedScheme {
    /// The number of the scheme.
    pub(super) scheme: usize,
    pub(super) weight: f64,
    /// The calibrated probability that the question is about it.
    pub(super) confidence: f64,
    /// The numbers of the words by which the vocabulary indicates it.
    pub(super) words: Vec<usize>,
}

/// Returns the schemes that a question is about, best first, and the probability that it is about none.
pub(super) fn blend(
    mut indicated: Vec<IndicatedScheme>,
    prediction: &Prediction,
    sections: &[Section],
    learned: &LearnedModel,
    known: &KnownShares,
) -> (Vec<BlendedScheme>, f64) {
    let highest = indicated.iter().map(|scheme| scheme.weight).fold(0.0, f64::max);
    let vocabulary_factor = VOCABULARY_FACTOR / known.by_model.max(LEAST_KNOWN);
    let mut logits = learned.log_probabilities(prediction);
    lift(&mut logits, sections);
    for IndicatedScheme { scheme, weight, .. } in &indicated {
        logits[*scheme] += vocabulary_factor * weight / highest.max(FULL_INDICATION);
    }
    let sum = log_sum(&logits);
    let no_scheme = logits.pop().map_or(0.0, |logit| (logit - sum).exp());
    let mut order: Vec<usize> = (0..logits.len()).collect();
    let by_logit = |one: &usize, other: &usize| logits[*other].total_cmp(&logits[*one]).then(one.cmp(other));
    if order.len() > MAX_SCHEMES {
        order.select_nth_unstable_by(MAX_SCHEMES - 1, by_logit);
        order.truncate(MAX_SCHEMES);
    }
    order.sort_unstable_by(by_logit);
    let best = order.first().map_or(0.0, |best| logits[*best]);
    let strength = highest.max(LEAST_STRENGTH * known.by_any);
    let shares = order.into_iter().map(|scheme| {
        let share = (FLATTENING * (logits[scheme] - best)).exp();
        (scheme, share)
    });
    let shares = shares.take_while(|(_, share)| *share >= MIN_SHARE && strength * share >= MIN_WEIGHT);
    let blended = shares.map(|(scheme, share)| {
        let by_vocabulary = indicated.iter_mut().find(|indicated| indicated.scheme == scheme);
        BlendedScheme {
            scheme,
            weight: strength * share,
            confidence: calibrated((logits[scheme] - sum).exp()),
            words: by_vocabulary
                .map(|indicated| std::mem::take(&mut indicated.words))
                .unwrap_or_default(),
        }
    });
    let [by_model, by_known, by_vocabulary, intercept] = NO_SCHEME;
    let no_scheme = by_model * log_odds(no_scheme) + by_known * known.by_model + by_vocabulary * highest + intercept;
    (blended.collect(), probability(no_scheme))
}

/// Raises what a section is about, but not above what the whole text is about.
fn lift(logits: &mut [f64], sections: &[Section]) {
    let Some((_, schemes)) = logits.split_last_mut() else { return };
    let highest = schemes.iter().copied().fold(f64::MIN, f64::max) - BEHIND_THE_WHOLE;
    for section in sections {
        for (logit, of_section) in schemes.iter_mut().zip(&section.logits) {
            *logit = logit.max(highest.min(of_section + SECTION_LOG_WEIGHT));
        }
    }
}

/// Returns the share of such predictions that are right.
fn calibrated(predicted: f64) -> f64 {
    let (slope, intercept) = CALIBRATION;
    probability(slope * log_odds(predicted) + intercept)
}

fn log_odds(probability: f64) -> f64 {
    let bounded = probability.clamp(1e-6, 1.0 - 1e-6);
    (bounded / (1.0 - bounded)).ln()
}

fn probability(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}
