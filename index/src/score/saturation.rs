//! Field weights, and the saturation of term frequencies (BM25 with static lengths).

use std::sync::LazyLock;

use crate::document::TextField;
use crate::sort_key::UNIT;

/// The weight of a word by its field, in multiples of 1/[`UNIT`] and in the order of [`TextField`].
pub(super) const FIELD_WEIGHTS: [i64; 5] = [340, 380, 160, 900, 4000];
/// Half the average length of each field in words, in the order of [`TextField`].
const TYPICAL_LENGTHS: [i64; 5] = [4, 24, 9, 4, 2];
/// BM25's k1, in thousandths.
const FREQUENCY_SATURATION: i64 = 900;
/// BM25's b of each field, in thousandths and in the order of [`TextField`].
const LENGTH_NORMALISATION: [i64; 5] = [400, 350, 200, 300, 100];

/// No factor of [`saturated`] is higher: frequency alone cannot raise a word further. In multiples of 1/[`UNIT`].
pub(super) const HIGHEST_SATURATION: i64 = UNIT * (1000 + FREQUENCY_SATURATION) / 1000 + 1;

/// Returns the factor for the frequency of a term in a field of this length, in multiples of 1/[`UNIT`].
#[inline]
pub(super) fn saturated(frequency: u32, length: u16, field: TextField) -> i64 {
    static PRECOMPUTED: LazyLock<[[[i64; LENGTHS]; FREQUENCIES]; 5]> = LazyLock::new(|| {
        TextField::ALL.map(|field| {
            std::array::from_fn(|frequency| std::array::from_fn(|length| compute(frequency as u32, length as u16, field)))
        })
    });
    /// Nearly all fields are shorter than this, and have lower frequencies.
    const LENGTHS: usize = 128;
    const FREQUENCIES: usize = 4;
    match PRECOMPUTED[field as usize].get(frequency as usize) {
        Some(by_length) if usize::from(length) < LENGTHS => by_length[usize::from(length)],
        _ => compute(frequency, length, field),
    }
}

fn compute(frequency: u32, length: u16, field: TextField) -> i64 {
    let normalisation = LENGTH_NORMALISATION[field as usize];
    let norm = 1000 - normalisation + normalisation * i64::from(length) / (2 * TYPICAL_LENGTHS[field as usize]);
    let frequency = i64::from(frequency) * 1000;
    frequency * (1000 + FREQUENCY_SATURATION) * UNIT / ((frequency + FREQUENCY_SATURATION * norm / 1000) * 1000)
}
