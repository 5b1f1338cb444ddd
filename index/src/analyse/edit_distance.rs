//! Edit distances between typed and written words, by rapidfuzz: unlike strsim it stops at a limit and prepares a word.
//!
//! The distance is that of optimal string alignment: a letter replaced, missing or added, or two neighbours exchanged, each
//! counts as one error, and no letter is edited twice.

use rapidfuzz::distance::osa;

/// Returns how many errors a word of `letters` letters may have: short words are too much alike.
pub(crate) fn max_errors(letters: usize) -> usize {
    match letters {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

/// Counts the errors between `typed` and `word`; `None` if there are more than `max`.
pub(crate) fn errors_within(typed: &str, word: &str, max: usize) -> Option<usize> {
    let limit = osa::Args::default().score_cutoff(max);
    osa::distance_with_args(typed.chars(), word.chars(), &limit)
}

/// A typed word that is prepared to be compared with many words.
pub(crate) struct TypedWord {
    letters: usize,
    comparator: osa::BatchComparator<char>,
}

impl TypedWord {
    /// Prepares `typed`.
    pub(crate) fn new(typed: &str) -> Self {
        Self {
            letters: typed.chars().count(),
            comparator: osa::BatchComparator::new(typed.chars()),
        }
    }

    /// Counts the errors between the typed word and `word`; `None` if there are more than `max`.
    pub(crate) fn errors_within(&self, word: &str, max: usize) -> Option<usize> {
        // A letter has one to four bytes, nearly always one, so the bytes alone rule out most words.
        let most = self.letters + max;
        if word.len() < self.letters.saturating_sub(max) || (word.len() > most && (word.is_ascii() || word.len() > 4 * most)) {
            return None;
        }
        let limit = osa::Args::default().score_cutoff(max);
        self.comparator.distance_with_args(word.chars(), &limit)
    }
}

#[cfg(test)]
mod tests {
    use super::{TypedWord, errors_within};

    #[test]
    fn errors_are_counted_as_people_make_them() {
        assert_eq!(errors_within("brieefadres", "briefadres", 2), Some(1));
        assert_eq!(errors_within("uitwonendebuers", "uitwonendenbeurs", 2), Some(2));
        assert_eq!(errors_within("ontruimimg", "ontruiming", 2), Some(1));
        assert_eq!(errors_within("huur", "hulp", 1), None);
        assert_eq!(errors_within("", "", 0), Some(0));
        assert_eq!(errors_within("aanvrag", "aanvraag", 1), Some(1));
    }

    #[test]
    fn exchanged_neighbours_are_one_error() {
        assert_eq!(errors_within("huurtoeslga", "huurtoeslag", 2), Some(1));
        // Optimal string alignment edits no letter twice, which the unrestricted Damerau distance (2) does.
        assert_eq!(errors_within("ca", "abc", 3), Some(3));
    }

    #[test]
    fn comparisons_do_not_depend_on_earlier_ones() {
        let typed = TypedWord::new("huurtoeslga");
        assert_eq!(typed.errors_within("huurtoeslagen", 2), None);
        assert_eq!(typed.errors_within("huurtoeslag", 2), Some(1));
        assert_eq!(typed.errors_within("huur", 2), None);
        assert_eq!(typed.errors_within("huurtoeslag", 2), Some(1));
    }
}
