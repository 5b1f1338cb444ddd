//! How many typing errors lie between two words.

/// How many errors a word of `length` letters may have: short words are too alike.
pub(crate) fn allowed(length: usize) -> usize {
    match length {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

/// The errors between `typed` and `word` (a letter wrong, missing, too many, or two exchanged), if at most `most`.
pub(crate) fn within(typed: &str, word: &str, most: usize) -> Option<usize> {
    Misspelling::of(typed).of_word(word, most)
}

/// A typed word that is compared with many others: what the comparison needs room for is kept.
pub(crate) struct Misspelling {
    typed: Vec<char>,
    word: Vec<char>,
    /// Three rows of the table of distances: the one before the last, the last, the current.
    rows: [Vec<usize>; 3],
}

impl Misspelling {
    /// Ready to compare `typed`.
    pub(crate) fn of(typed: &str) -> Self {
        Self {
            typed: typed.chars().collect(),
            word: Vec::new(),
            rows: Default::default(),
        }
    }

    /// The errors between what was typed and `word`, if at most `most`.
    pub(crate) fn of_word(&mut self, word: &str, most: usize) -> Option<usize> {
        // A letter has one to four bytes, so most words are too long or too short by their bytes already.
        let typed = self.typed.len();
        if word.len() < typed.saturating_sub(most) || word.len() > 4 * (typed + most) {
            return None;
        }
        self.word.clear();
        self.word.extend(word.chars());
        if typed.abs_diff(self.word.len()) > most {
            return None;
        }
        let columns = self.word.len() + 1;
        let [before_last, last, current] = &mut self.rows;
        for row in [&mut *before_last, &mut *last, &mut *current] {
            row.clear();
            row.extend(0..columns);
        }
        for (row, letter) in self.typed.iter().enumerate() {
            current[0] = row + 1;
            let mut least = row + 1;
            for (column, other) in self.word.iter().enumerate() {
                let replaced = last[column] + usize::from(letter != other);
                let mut errors = replaced.min(last[column + 1] + 1).min(current[column] + 1);
                let exchanged = row > 0 && column > 0 && *letter == self.word[column - 1] && self.typed[row - 1] == *other;
                if exchanged {
                    errors = errors.min(before_last[column - 1] + 1);
                }
                current[column + 1] = errors;
                least = least.min(errors);
            }
            if least > most {
                return None;
            }
            std::mem::swap(before_last, last);
            std::mem::swap(last, current);
        }
        Some(last[columns - 1]).filter(|errors| *errors <= most)
    }
}

#[cfg(test)]
mod tests {
    use super::{Misspelling, within};

    #[test]
    fn errors_are_counted_as_people_make_them() {
        assert_eq!(within("brieefadres", "briefadres", 2), Some(1));
        assert_eq!(within("uitwonendebuers", "uitwonendenbeurs", 2), Some(2));
        assert_eq!(within("ontruimimg", "ontruiming", 2), Some(1));
        assert_eq!(within("huur", "hulp", 1), None);
        assert_eq!(within("", "", 0), Some(0));
        assert_eq!(within("aanvrag", "aanvraag", 1), Some(1));
    }

    #[test]
    fn one_comparison_leaves_nothing_behind_for_the_next() {
        let mut misspelling = Misspelling::of("huurtoeslga");
        assert_eq!(misspelling.of_word("huurtoeslagen", 2), None);
        assert_eq!(misspelling.of_word("huurtoeslag", 2), Some(1));
        assert_eq!(misspelling.of_word("huur", 2), None);
        assert_eq!(misspelling.of_word("huurtoeslag", 2), Some(1));
    }
}
