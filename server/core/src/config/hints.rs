//! Suggestions for misspelt keys.

/// The candidate nearest to `word`; `None` if more than half of the word would have to change.
pub(super) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (strsim::osa_distance(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= candidate.len().max(word.len()) / 2)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The message about an unknown key, with the known key that was probably meant.
pub(super) fn unknown_key<'a>(key: &str, known: impl Iterator<Item = &'a str>) -> String {
    match nearest(key, known) {
        Some(nearest) => format!("there is no such setting; did you mean `{nearest}`?"),
        None => "there is no such setting".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_finds_a_typo_and_ignores_nonsense() {
        assert_eq!(nearest("grcp", ["grpc", "operation"]), Some("grpc"));
        assert_eq!(
            nearest("handshake_time", ["handshake_within", "connections"]),
            Some("handshake_within")
        );
        assert_eq!(nearest("zzz", ["grpc", "operation"]), None);
    }
}
