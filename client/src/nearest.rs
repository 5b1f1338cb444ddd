//! Suggests the known word that a mistyped one stands for, in error messages.

/// The candidate nearest to `word` by Levenshtein distance, if it is at most a third of the letters away.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let most = word.chars().count().div_ceil(3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (strsim::levenshtein(word, candidate), candidate))
        .filter(|(edits, _)| *edits <= most)
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_small_slip_finds_a_known_word() {
        let known = ["endpoint", "endpoints", "certificate", "key"];
        assert_eq!(nearest("endpont", known), Some("endpoint"));
        assert_eq!(nearest("certficaat", known), Some("certificate"));
        assert_eq!(nearest("kleur", known), None);
    }
}
