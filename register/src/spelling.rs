//! Suggests the known word that a misspelt one stands for, in error messages.

/// Returns the candidate nearest to `word` by optimal string alignment distance; `None` if more than half of the longer of the
/// two would have to change. Of equally near ones, returns the first.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = |text: &str| text.chars().count();
    candidates
        .into_iter()
        .map(|candidate| (strsim::osa_distance(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= length(candidate).max(length(word)) / 2)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typo_finds_the_known_word() {
        let known = ["endpoint", "endpoints", "certificate", "key"];
        assert_eq!(nearest("endpont", known), Some("endpoint"));
        assert_eq!(nearest("certficaat", known), Some("certificate"));
        assert_eq!(nearest("grcp", ["grpc", "operation"]), Some("grpc"));
    }

    #[test]
    fn another_word_for_the_same_is_near_enough() {
        assert_eq!(
            nearest("handshake_time", ["handshake_within", "connections"]),
            Some("handshake_within")
        );
    }

    #[test]
    fn nonsense_finds_nothing() {
        assert_eq!(nearest("zzz", ["grpc", "operation"]), None);
        assert_eq!(nearest("kleur", ["endpoint", "certificate", "key"]), None);
        assert_eq!(nearest("", ["key"]), None);
    }
}
