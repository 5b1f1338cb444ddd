//! Stems words with Snowball's `dutch_porter` and the exceptions of the lexicon.
//!
//! Of Snowball's two Dutch stemmers this one conflates the field's words best (`schulden`/`schuld`, `toeslagen`/`toeslag`,
//! `bijdragen`/`bijdrage`). Two rules of Dutch spelling correct it (a final z or v of a stem is written s or f), and
//! `lexicon/stems.txt` lists the rest.

use frostem::{Algorithm, Stemmer};

use super::lexicon::Lexicon;

/// Returns the stem of a folded word. Without a `lexicon` there are no exceptions.
pub(super) fn stem(word: &str, lexicon: Option<&Lexicon>) -> String {
    let exception = |word: &str| lexicon.and_then(|lexicon| lexicon.stem_of(word));
    if let Some(stem) = exception(word) {
        return stem.to_owned();
    }
    if word.len() < 4 || word.bytes().any(|byte| byte.is_ascii_digit()) {
        return word.to_owned();
    }
    // The s of a short word is no plural ending: `niks`, `reis`, `huis`.
    if word.len() == 4 && word.ends_with('s') {
        return word.to_owned();
    }
    let mut stem = Stemmer::new(Algorithm::DutchPorter).stem(word).into_owned();
    if let Some(rest) = stem.strip_suffix('z') {
        stem = format!("{rest}s");
    } else if let Some(rest) = stem.strip_suffix('v') {
        stem = format!("{rest}f");
    }
    match exception(&stem) {
        Some(exception) => exception.to_owned(),
        None => stem,
    }
}
