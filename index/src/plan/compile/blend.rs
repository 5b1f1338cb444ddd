//! Combines what the vocabulary indicates with what the model has learned.
//!
//! The logarithm of a scheme's probability and its share of the vocabulary's weight are added. The weights are fitted to the
//! labelled questions (`docs/search.md`).

use super::sections::Section;
use crate::analyse::Language;
use crate::learned::{Prediction, log_sum};
use crate::plan::recognise::schemes::IndicatedScheme;
use crate::plan::understanding::NoScheme;
use crate::weights::{BlendWeights, CertaintyWeights};

/// The most schemes of a plan.
const MAX_SCHEMES: usize = 12;
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

/// Returns the schemes that a question is about, best first, and what indicates that it is about none.
pub(super) fn blend(
    mut indicated: Vec<IndicatedScheme>,
    prediction: &Prediction,
    sections: &[Section],
    language: &Language,
    known: &KnownShares,
) -> (Vec<BlendedScheme>, NoScheme) {
    let weights = &language.weights.blend;
    let highest = indicated.iter().map(|scheme| scheme.weight).fold(0.0, f64::max);
    let vocabulary_factor = weights.vocabulary / known.by_model.max(weights.least_known);
    let mut logits = language.learned.log_probabilities(prediction);
    lift(&mut logits, sections, weights);
    for IndicatedScheme { scheme, weight, .. } in &indicated {
        logits[*scheme] += vocabulary_factor * weight / highest.max(weights.full_indication);
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
    let strength = highest.max(weights.least_strength * known.by_any);
    let shares = order.into_iter().map(|scheme| {
        let share = (weights.flattening * (logits[scheme] - best)).exp();
        (scheme, share)
    });
    let shares = shares.take_while(|(_, share)| *share >= weights.min_share && strength * share >= weights.min_weight);
    let blended = shares.map(|(scheme, share)| {
        let by_vocabulary = indicated.iter_mut().find(|indicated| indicated.scheme == scheme);
        BlendedScheme {
            scheme,
            weight: strength * share,
            confidence: language.weights.certainty.calibrated((logits[scheme] - sum).exp()),
            words: by_vocabulary
                .map(|indicated| std::mem::take(&mut indicated.words))
                .unwrap_or_default(),
        }
    });
    let no_scheme = NoScheme {
        by_model: log_odds(no_scheme),
        known_words: known.by_model,
        by_vocabulary: highest,
    };
    (blended.collect(), no_scheme)
}

/// Raises what a section is about, but not above what the whole text is about.
fn lift(logits: &mut [f64], sections: &[Section], weights: &BlendWeights) {
    let Some((_, schemes)) = logits.split_last_mut() else { return };
    let highest = schemes.iter().copied().fold(f64::MIN, f64::max) - weights.behind_the_whole;
    for section in sections {
        for (logit, of_section) in schemes.iter_mut().zip(&section.logits) {
            *logit = logit.max(highest.min(of_section + weights.section));
        }
    }
}

impl CertaintyWeights {
    /// Returns the share of such predictions that are right.
    fn calibrated(&self, predicted: f64) -> f64 {
        probability(self.calibration_slope * log_odds(predicted) + self.calibration_intercept)
    }

    /// Returns the probability that a text is about no scheme.
    pub(super) fn no_scheme(&self, indicated: &NoScheme) -> f64 {
        let by_model = self.no_scheme_by_model * indicated.by_model;
        let by_words = self.no_scheme_by_known_words * indicated.known_words;
        let by_vocabulary = self.no_scheme_by_vocabulary * indicated.by_vocabulary;
        probability(by_model + by_words + by_vocabulary + self.no_scheme_intercept)
    }
}

fn log_odds(probability: f64) -> f64 {
    let bounded = probability.clamp(1e-6, 1.0 - 1e-6);
    (bounded / (1.0 - bounded)).ln()
}

fn probability(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}
