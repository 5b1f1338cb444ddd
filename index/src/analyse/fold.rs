//! Folds text to lower case without diacritics.
//!
//! Names in the register come from many languages, and people type them without their marks: `kilicoglu` must find
//! `Kılıçoğlu`, and `oekraine` must find `Oekraïne`.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Appends the folded form of one character. Marks are removed, and ligatures become two letters.
pub(super) fn push_folded(character: char, into: &mut String) {
    if character.is_ascii() {
        into.push(character.to_ascii_lowercase());
        return;
    }
    for lower in character.to_lowercase() {
        match lower {
            'ı' => into.push('i'),
            'ł' => into.push('l'),
            'ø' => into.push('o'),
            'đ' | 'ð' => into.push('d'),
            'ħ' => into.push('h'),
            'ŧ' => into.push('t'),
            'ß' => into.push_str("ss"),
            'æ' => into.push_str("ae"),
            'œ' => into.push_str("oe"),
            'þ' => into.push_str("th"),
            'ĳ' => into.push_str("ij"),
            _ => into.extend(std::iter::once(lower).nfkd().filter(|mark| !is_combining_mark(*mark))),
        }
    }
}

/// Returns a text in lower case without diacritics.
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    for character in text.chars() {
        push_folded(character, &mut folded);
    }
    folded
}

/// Whether a character is one of the apostrophes that people type.
pub(super) fn is_apostrophe(character: char) -> bool {
    matches!(character, '\'' | '’' | '‘' | '`' | '´' | 'ʼ')
}

/// Whether a character is one of the hyphens that people type.
pub(super) fn is_hyphen(character: char) -> bool {
    matches!(character, '-' | '‐' | '‑' | '–')
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn marks_of_many_languages_are_removed() {
        assert_eq!(
            fold("Kılıçoğlu Şule Ełżbieta Müller Oekraïne Straße"),
            "kilicoglu sule elzbieta muller oekraine strasse"
        );
    }
}
