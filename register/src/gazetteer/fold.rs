//! Normalises place names, so that all spellings compare equal.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Normalises a name: lower case, without diacritics and apostrophes, words separated by single spaces.
pub fn fold(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    // Nearly all names are ASCII, which has nothing to decompose.
    if name.is_ascii() {
        name.chars()
            .for_each(|character| push(&mut folded, character.to_ascii_lowercase()));
    } else {
        let plain = name.nfkd().filter(|character| !is_combining_mark(*character));
        plain
            .flat_map(char::to_lowercase)
            .for_each(|character| push(&mut folded, character));
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// Adds a letter or digit, or one space between words.
fn push(folded: &mut String, character: char) {
    match character {
        '\'' | '’' | '‘' | '`' | '´' | 'ʼ' => {}
        letter if letter.is_alphanumeric() => folded.push(letter),
        _ if folded.ends_with(' ') || folded.is_empty() => {}
        _ => folded.push(' '),
    }
}

/// The folded name, and the ways people shorten or join it.
pub(super) fn variants(name: &str) -> Vec<String> {
    let mut found = vec![fold(name)];
    // People also type "Bergen (NH)" without its province.
    if let Some((before, _)) = name.split_once(" (") {
        found.push(fold(before));
    }
    for (written, typed) in [(" aan den ", " a d "), (" aan de ", " a d "), ("sint ", "st ")] {
        if found[0].contains(written) {
            found.push(found[0].replace(written, typed));
        }
    }
    // People type "'s-Hertogenbosch" with and without its "'s", and in one word.
    if let Some(rest) = found[0].strip_prefix("s ").filter(|rest| rest.len() >= 6) {
        found.push(rest.to_owned());
    }
    if found[0].contains(' ') {
        found.push(found[0].replace(' ', ""));
    }
    found.retain(|variant| !variant.is_empty());
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_removes_case_diacritics_and_punctuation() {
        assert_eq!(fold("'s-Hertogenbosch"), "s hertogenbosch");
        assert_eq!(fold("  Súdwest–Fryslân. "), "sudwest fryslan");
        assert_eq!(fold("Bergen (NH)"), "bergen nh");
        assert_eq!(fold("…"), "");
    }

    #[test]
    fn variants_include_shortened_forms() {
        assert!(variants("'s-Gravenhage").contains(&"gravenhage".to_owned()));
        assert!(variants("Bergen (L)").contains(&"bergen".to_owned()));
        assert!(variants("Capelle aan den IJssel").contains(&"capelle a d ijssel".to_owned()));
        assert_eq!(variants("Ede"), ["ede"]);
    }
}
