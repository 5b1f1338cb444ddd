//! Dutch wording of dates, hours, lists and codes, at level B1 and the same on every page.

mod hours;
mod names;
mod time;

pub(super) use hours::hours_lines;
pub(super) use names::{kind_of_officer, kind_of_organisation, level_of_mandate, status_label};
pub(super) use time::{day, from_when, moment, until_when};

/// Joins a list: "a", "a en b", "a, b en c".
pub(super) fn and<T: AsRef<str>>(words: &[T]) -> String {
    match words {
        [] => String::new(),
        [only] => only.as_ref().to_owned(),
        [rest @ .., last] => {
            let rest: Vec<&str> = rest.iter().map(AsRef::as_ref).collect();
            format!("{} en {}", rest.join(", "), last.as_ref())
        }
    }
}

/// The first `most` words and the number of others: "Zaanstad, Wormerland en 5 andere gemeenten".
pub(super) fn first_few(words: &[String], most: usize, others: &str) -> String {
    if words.len() <= most + 1 {
        return and(words);
    }
    let more = words.len() - most;
    format!("{} en {more} andere {others}", words[..most].join(", "))
}

/// The text with a small first letter, for use inside a sentence. Abbreviations (AOW) stay.
pub(super) fn uncapitalised(text: &str) -> String {
    let mut chars = text.chars();
    let (first, second) = (chars.next(), chars.clone().next());
    match first {
        Some(first) if second.is_none_or(|second| !second.is_uppercase()) => first.to_lowercase().chain(chars).collect(),
        _ => text.to_owned(),
    }
}

/// The text with a full stop, unless it ends in punctuation.
pub(super) fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() || text.ends_with(['.', '!', '?', '…']) {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_end_in_en() {
        assert_eq!(and::<&str>(&[]), "");
        assert_eq!(and(&["a", "b", "c"]), "a, b en c");
        let places: Vec<String> = ["a", "b", "c", "d"].map(str::to_owned).to_vec();
        assert_eq!(first_few(&places, 3, "gemeenten"), "a, b, c en d");
        assert_eq!(first_few(&places, 2, "gemeenten"), "a, b en 2 andere gemeenten");
    }

    #[test]
    fn sentences_end_once() {
        assert_eq!(sentence("na overleg"), "na overleg.");
        assert_eq!(sentence("Na overleg. "), "Na overleg.");
        assert_eq!(uncapitalised("Eigen bijdrage"), "eigen bijdrage");
        assert_eq!(uncapitalised("AOW"), "AOW");
    }
}
