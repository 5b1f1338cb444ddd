//! Parses Dutch number words: `zeventienhonderd` is 1700, `eenentwintig` is 21.
//!
//! Schemes depend on ages and amounts, and people write these in words or in digits.

const UNITS: [(&str, u64); 20] = [
    ("een", 1),
    ("twee", 2),
    ("drie", 3),
    ("vier", 4),
    ("vijf", 5),
    ("zes", 6),
    ("zeven", 7),
    ("acht", 8),
    ("negen", 9),
    ("tien", 10),
    ("elf", 11),
    ("twaalf", 12),
    ("dertien", 13),
    ("veertien", 14),
    ("vijftien", 15),
    ("zestien", 16),
    ("zeventien", 17),
    ("achttien", 18),
    ("negentien", 19),
    ("nul", 0),
];
const TENS: [(&str, u64); 8] = [
    ("twintig", 20),
    ("dertig", 30),
    ("veertig", 40),
    ("vijftig", 50),
    ("zestig", 60),
    ("zeventig", 70),
    ("tachtig", 80),
    ("negentig", 90),
];

/// Parses a folded number word of ten or more. Smaller numbers stay ordinary words.
pub(super) fn parse(word: &str) -> Option<u64> {
    let number = may_be_number(word).then(|| thousands(word))??;
    (number >= 10).then_some(number)
}

/// Whether a word begins as a number word does. Nearly all other words do not.
fn may_be_number(word: &str) -> bool {
    let names = UNITS.iter().chain(&TENS).map(|(name, _)| *name);
    let beginning = word.as_bytes().first_chunk::<2>();
    beginning.is_some()
        && names
            .chain(["honderd", "duizend"])
            .any(|name| name.as_bytes().first_chunk() == beginning)
}

fn thousands(word: &str) -> Option<u64> {
    let Some((before, after)) = word.split_once("duizend") else {
        return hundreds(word);
    };
    let many = if before.is_empty() { 1 } else { hundreds(before)? };
    let rest = if after.is_empty() {
        0
    } else {
        hundreds(after.strip_prefix("en").unwrap_or(after))?
    };
    Some(many * 1000 + rest)
}

fn hundreds(word: &str) -> Option<u64> {
    let Some((before, after)) = word.split_once("honderd") else {
        return below_hundred(word);
    };
    let many = if before.is_empty() { 1 } else { below_hundred(before)? };
    let rest = if after.is_empty() {
        0
    } else {
        below_hundred(after.strip_prefix("en").unwrap_or(after))?
    };
    Some(many * 100 + rest)
}

fn below_hundred(word: &str) -> Option<u64> {
    let exact = |table: &[(&str, u64)]| table.iter().find(|(name, _)| *name == word).map(|(_, value)| *value);
    if let Some(value) = exact(&UNITS).or_else(|| exact(&TENS)) {
        return Some(value);
    }
    let (name, tens) = TENS.iter().find(|(name, _)| word.ends_with(name))?;
    let units = word.strip_suffix(name)?.strip_suffix("en")?;
    let (_, unit) = UNITS[..9].iter().find(|(name, _)| *name == units)?;
    Some(tens + unit)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn number_words_become_numbers() {
        assert_eq!(parse("zeventienhonderd"), Some(1700));
        assert_eq!(parse("dertienduizend"), Some(13_000));
        assert_eq!(parse("eenentwintig"), Some(21));
        assert_eq!(parse("tweeendertig"), Some(32));
        assert_eq!(parse("duizend"), Some(1000));
        assert_eq!(parse("zevenduizendvijfhonderd"), Some(7500));
    }

    #[test]
    fn other_words_stay_words() {
        for word in ["vier", "honden", "tienen", "duizendpoot", "en", ""] {
            assert_eq!(parse(word), None, "{word}");
        }
    }
}
