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
    let (typed, word): (Vec<char>, Vec<char>) = (typed.chars().collect(), word.chars().collect());
    if typed.len().abs_diff(word.len()) > most {
        return None;
    }
    let mut before_last = vec![0; word.len() + 1];
    let mut last: Vec<usize> = (0..=word.len()).collect();
    for (row, letter) in typed.iter().enumerate() {
        let mut current = vec![row + 1; word.len() + 1];
        for (column, other) in word.iter().enumerate() {
            let replaced = last[column] + usize::from(letter != other);
            let mut errors = replaced.min(last[column + 1] + 1).min(current[column] + 1);
            let exchanged = row > 0 && column > 0 && *letter == word[column - 1] && typed[row - 1] == *other;
            if exchanged {
                errors = errors.min(before_last[column - 1] + 1);
            }
            current[column + 1] = errors;
        }
        if current.iter().min().is_some_and(|least| *least > most) {
            return None;
        }
        before_last = std::mem::replace(&mut last, current);
    }
    last.last().copied().filter(|errors| *errors <= most)
}

#[cfg(test)]
mod tests {
    use super::within;

    #[test]
    fn errors_are_counted_as_people_make_them() {
        assert_eq!(within("brieefadres", "briefadres", 2), Some(1));
        assert_eq!(within("uitwonendebuers", "uitwonendenbeurs", 2), Some(2));
        assert_eq!(within("ontruimimg", "ontruiming", 2), Some(1));
        assert_eq!(within("huur", "hulp", 1), None);
        assert_eq!(within("", "", 0), Some(0));
        assert_eq!(within("aanvrag", "aanvraag", 1), Some(1));
    }
}
