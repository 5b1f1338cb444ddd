//! Phonetic keys: spellings that sound alike in Dutch share a key.
//!
//! `uitkeering`, `kint` and `bijslach` are spelled by ear. Many such spellings differ from the right one in more letters
//! than a typing error may.

/// Returns the phonetic key of a folded word.
pub(crate) fn key(word: &str) -> String {
    let letters: Vec<char> = word.chars().collect();
    let mut key = String::with_capacity(letters.len());
    let mut at = 0;
    while at < letters.len() {
        let next = letters.get(at + 1).copied().unwrap_or(' ');
        let (sound, length) = match (letters[at], next) {
            ('c', 'h') => ("g", 2),
            ('i' | 'e', 'j') | ('e', 'i') => ("ei", 2),
            ('o' | 'a', 'u') => ("au", 2),
            ('i', 'e') => ("i", 2),
            ('o', 'e') => ("U", 2),
            ('p', 'h') => ("f", 2),
            ('t', 'h') | ('d', 't') => ("t", 2),
            ('q', 'u') => ("kw", 2),
            ('c', 'e' | 'i') => ("s", 1),
            ('c', _) => ("k", 1),
            ('z', _) => ("s", 1),
            ('v', _) => ("f", 1),
            ('y', _) => ("i", 1),
            ('x', _) => ("ks", 1),
            // At the end of a word, d sounds like t and b like p.
            ('d', ' ') => ("t", 1),
            ('b', ' ') => ("p", 1),
            (letter, _) => {
                push(&mut key, letter);
                at += 1;
                continue;
            }
        };
        sound.chars().for_each(|letter| push(&mut key, letter));
        at += length;
    }
    key
}

/// Appends a letter; double letters sound like one.
fn push(key: &mut String, letter: char) {
    if !key.ends_with(letter) {
        key.push(letter);
    }
}

#[cfg(test)]
mod tests {
    use super::key;

    #[test]
    fn spellings_by_ear_share_the_key_of_the_word() {
        for (heard, written) in [
            ("kint", "kind"),
            ("bijslach", "bijslag"),
            ("beislag", "bijslag"),
            ("uitkeering", "uitkering"),
            ("stopgeset", "stopgezet"),
            ("gelt", "geld"),
            ("ferseekering", "verzekering"),
            ("rekkening", "rekening"),
            ("alimentasie", "alimentasi"),
        ] {
            assert_eq!(key(heard), key(written), "{heard} and {written}");
        }
        assert_ne!(key("huur"), key("hoer"));
    }
}
