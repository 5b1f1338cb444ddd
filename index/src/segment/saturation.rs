//! The saturation of term frequencies (BM25 with static lengths).

use crate::document::TextField;
use crate::sort_key::UNIT;
use crate::weights::SaturationWeights;

/// Returns the factor for the frequency of a term in a field of this length, in multiples of 1/[`UNIT`].
pub(super) fn saturated(frequency: u32, length: u16, field: TextField, weights: &SaturationWeights) -> u16 {
    let normalisation = weights.length[field as usize];
    let norm = 1000 - normalisation + normalisation * i64::from(length) / (2 * weights.typical_lengths[field as usize]);
    let frequency = i64::from(frequency) * 1000;
    let saturated = frequency * (1000 + weights.frequency) * UNIT / ((frequency + weights.frequency * norm / 1000) * 1000);
    u16::try_from(saturated).expect("it is at most the highest one")
}
