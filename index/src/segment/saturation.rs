//! The saturation of term frequencies (BM25 with static lengths).

use crate::document::TextField;
use crate::sort_key::UNIT;

/// Half the average length of each field in words, in the order of [`TextField`].
const TYPICAL_LENGTHS: [i64; 5] = [4, 24, 9, 4, 2];
/// BM25's k1, in thousandths.
const FREQUENCY_SATURATION: i64 = 900;
/// BM25's b of each field, in thousandths and in the order of [`TextField`].
const LENGTH_NORMALISATION: [i64; 5] = [400, 350, 200, 300, 100];

/// No factor of [`saturated`] is higher: frequency alone cannot raise a word further. In multiples of 1/[`UNIT`].
pub(crate) const HIGHEST_SATURATION: i64 = UNIT * (1000 + FREQUENCY_SATURATION) / 1000 + 1;

/// Returns the factor for the frequency of a term in a field of this length, in multiples of 1/[`UNIT`].
pub(super) fn saturated(frequency: u32, length: u16, field: TextField) -> u16 {
    let normalisation = LENGTH_NORMALISATION[field as usize];
    let norm = 1000 - normalisation + normalisation * i64::from(length) / (2 * TYPICAL_LENGTHS[field as usize]);
    let frequency = i64::from(frequency) * 1000;
    let saturated = frequency * (1000 + FREQUENCY_SATURATION) * UNIT / ((frequency + FREQUENCY_SATURATION * norm / 1000) * 1000);
    u16::try_from(saturated).expect("it is at most HIGHEST_SATURATION")
}
