//! Folding: one lower-case form without diacritics for every way a letter is written.
//!
//! Names in the register come from many languages and are typed without their marks: `Kılıçoğlu` must be found as
//! `kilicoglu`, `Oekraïne` as `oekraine`.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Appends the folded form of one character; marks vanish, ligatures become two letters.
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

/// The folded form of a text: lower case, no diacritics.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for character in text.chars() {
        push_folded(character, &mut folded);
    }
    folded
}

/// Whether a character joins letters within a word: the apostrophes people type.
pub(super) fn is_apostrophe(character: char) -> bool {
    matches!(character, '\'' | '’' | '‘' | '`' | '´' | 'ʼ')
}

/// Whether a character is a hyphen as people type it.
pub(super) fn is_hyphen(character: char) -> bool {
    matches!(character, '-' | '‐' | '‑' | '–')
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn marks_of_many_languages_vanish() {
        assert_eq!(
            fold("Kılıçoğlu Şule Ełżbieta Müller Oekraïne Straße"),
            "kilicoglu sule elzbieta muller oekraine strasse"
        );
    }
}
