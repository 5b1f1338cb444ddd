//! Stems: the Snowball stemmer `dutch_porter`, with the written exceptions of the lexicon around it.
//!
//! Of Snowball's two Dutch stemmers this one keeps the field's words together (`schulden`/`schuld`,
//! `toeslagen`/`toeslag`, `bijdragen`/`bijdrage`); what it misses follows two rules of Dutch spelling (a final z or v of
//! a stem is written s or f) or stands in `lexicon/stems.txt`.

use frostem::{Algorithm, Stemmer};

use super::lexicon::Lexicon;

/// The stem of a folded word.
pub(super) fn stem(word: &str, lexicon: &Lexicon) -> String {
    if let Some(written) = lexicon.stem_of(word) {
        return written.to_owned();
    }
    if word.len() < 4 || word.bytes().any(|byte| byte.is_ascii_digit()) {
        return word.to_owned();
    }
    // A short word in s is not the plural of a shorter one: `niks`, `reis`, `huis`.
    if word.len() == 4 && word.ends_with('s') {
        return word.to_owned();
    }
    let mut stem = Stemmer::new(Algorithm::DutchPorter).stem(word).into_owned();
    if let Some(rest) = stem.strip_suffix('z') {
        stem = format!("{rest}s");
    } else if let Some(rest) = stem.strip_suffix('v') {
        stem = format!("{rest}f");
    }
    match lexicon.stem_of(&stem) {
        Some(written) => written.to_owned(),
        None => stem,
    }
}
