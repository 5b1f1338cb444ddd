//! What it costs to type one word for another: an edit distance with costs of Dutch spelling and of a keyboard.

use std::sync::LazyLock;

use crate::weights::SpellingWeights;

/// Letters that sound alike in Dutch, or stand for each other by ear.
const ALIKE: [(char, char); 13] = [
    ('d', 't'),
    ('b', 'p'),
    ('s', 'z'),
    ('f', 'v'),
    ('c', 'k'),
    ('c', 's'),
    ('k', 'q'),
    ('i', 'y'),
    ('i', 'j'),
    ('j', 'y'),
    ('g', 'h'),
    ('m', 'n'),
    ('u', 'w'),
];
const VOWELS: [char; 6] = ['a', 'e', 'i', 'o', 'u', 'y'];
/// The rows of letters on a keyboard. Each begins half a key further to the right.
const KEYBOARD: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];

/// Returns the cost of typing `typed` for `meant`; `None` if it is higher than `limit`.
///
/// The distance is that of optimal string alignment (see [`edit_distance`](super::super::edit_distance)), with a cost for each
/// error instead of 1.
pub(super) fn cost(typed: &[char], meant: &[char], limit: f64, weights: &SpellingWeights) -> Option<f64> {
    let width = meant.len() + 1;
    let first_letter = |at: usize| if at == 0 { weights.first_letter } else { 0.0 };
    let missing = |at: usize| first_letter(at) + if is_double(meant, at) { weights.doubled } else { 1.0 };
    // The costs of three rows: of the last two letters, and of this one.
    let [mut before_last, mut last, mut costs] = [vec![0.0; width], vec![0.0; width], vec![0.0; width]];
    for column in 1..width {
        last[column] = last[column - 1] + missing(column - 1);
    }
    for (row, letter) in typed.iter().enumerate() {
        let added = first_letter(row) + if is_double(typed, row) { weights.doubled } else { 1.0 };
        costs[0] = last[0] + added;
        for (column, wanted) in meant.iter().enumerate() {
            let replaced = if letter == wanted {
                0.0
            } else {
                first_letter(row.min(column)) + replacing(*letter, *wanted, weights)
            };
            let mut least = (last[column] + replaced)
                .min(last[column + 1] + added)
                .min(costs[column] + missing(column));
            let is_exchanged = row > 0 && column > 0 && *letter == meant[column - 1] && typed[row - 1] == *wanted;
            if is_exchanged && letter != wanted {
                least = least.min(before_last[column - 1] + weights.exchanged + first_letter(row.min(column) - 1));
            }
            costs[column + 1] = least;
        }
        // An exchange goes two rows back, so both must be too high.
        let is_too_high = |costs: &[f64]| costs.iter().all(|cost| *cost > limit);
        if is_too_high(&costs) && is_too_high(&last) {
            return None;
        }
        std::mem::swap(&mut before_last, &mut last);
        std::mem::swap(&mut last, &mut costs);
    }
    let total = last[width - 1];
    (total <= limit).then_some(total)
}

/// Whether the letter is one of two that are equal.
fn is_double(letters: &[char], at: usize) -> bool {
    let is_equal = |other: usize| letters.get(other) == Some(&letters[at]);
    is_equal(at + 1) || at.checked_sub(1).is_some_and(is_equal)
}

/// How easily one letter is typed for another.
#[derive(Clone, Copy)]
enum Likeness {
    Alike,
    Vowels,
    Neighbours,
    Unlike,
}

/// The likeness of each two letters from a to z.
static LIKENESS: LazyLock<[[Likeness; 26]; 26]> =
    LazyLock::new(|| LETTERS.map(|typed| LETTERS.map(|meant| likeness(typed.into(), meant.into()))));

const LETTERS: [u8; 26] = *b"abcdefghijklmnopqrstuvwxyz";

fn likeness(typed: char, meant: char) -> Likeness {
    let is_pair = |(one, other): &(char, char)| (typed, meant) == (*one, *other) || (meant, typed) == (*one, *other);
    if ALIKE.iter().any(is_pair) {
        Likeness::Alike
    } else if VOWELS.contains(&typed) && VOWELS.contains(&meant) {
        Likeness::Vowels
    } else if are_neighbours(typed, meant) {
        Likeness::Neighbours
    } else {
        Likeness::Unlike
    }
}

/// Returns the cost of typing one letter for another.
fn replacing(typed: char, meant: char, weights: &SpellingWeights) -> f64 {
    let number = |letter: char| {
        (letter as usize)
            .checked_sub('a' as usize)
            .filter(|number| *number < LETTERS.len())
    };
    let likeness = match (number(typed), number(meant)) {
        (Some(typed), Some(meant)) => LIKENESS[typed][meant],
        _ => Likeness::Unlike,
    };
    match likeness {
        Likeness::Alike => weights.alike,
        Likeness::Vowels => weights.vowels,
        Likeness::Neighbours => weights.neighbours,
        Likeness::Unlike => 1.0,
    }
}

/// Whether two letters are neighbours on a keyboard.
fn are_neighbours(one: char, other: char) -> bool {
    let place = |letter: char| {
        let rows = KEYBOARD.iter().enumerate();
        rows.filter_map(|(row, letters)| Some((row, letters.find(letter)?))).next()
    };
    let (Some((row, column)), Some((other_row, other_column))) = (place(one), place(other)) else {
        return false;
    };
    match other_row.abs_diff(row) {
        0 => column.abs_diff(other_column) == 1,
        1 => {
            let (upper, lower) = if row < other_row {
                (column, other_column)
            } else {
                (other_column, column)
            };
            upper == lower || upper == lower + 1
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weights::Weights;

    fn cost_of(typed: &str, meant: &str) -> Option<f64> {
        let letters = |word: &str| word.chars().collect::<Vec<_>>();
        cost(&letters(typed), &letters(meant), 2.0, &Weights::builtin().spelling)
    }

    #[test]
    fn common_errors_cost_less() {
        let weights = &Weights::builtin().spelling;
        assert_eq!(cost_of("uitkering", "uitkering"), Some(0.0));
        assert_eq!(cost_of("uitkeering", "uitkering"), Some(weights.doubled));
        assert_eq!(cost_of("betaaling", "betaling"), Some(weights.doubled));
        assert_eq!(cost_of("aanvrag", "aanvraag"), Some(weights.doubled));
        assert_eq!(cost_of("huurtoeslga", "huurtoeslag"), Some(weights.exchanged));
        assert_eq!(cost_of("kint", "kind"), Some(weights.alike));
        assert_eq!(cost_of("ontruimimg", "ontruiming"), Some(weights.alike));
        assert_eq!(cost_of("gulp", "hulp"), Some(weights.alike + weights.first_letter));
        assert_eq!(cost_of("toeslsg", "toeslag"), Some(weights.neighbours));
        assert_eq!(cost_of("toxslag", "toeslag"), Some(1.0));
    }

    #[test]
    fn other_words_are_too_far() {
        assert_eq!(cost_of("huur", "toeslag"), None);
        assert_eq!(cost_of("", "toeslag"), None);
    }
}
