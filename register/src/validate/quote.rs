//! Limits what messages repeat of an input, and joins words in Dutch.

/// The longest text that is repeated, in bytes.
const QUOTED: usize = 40;

/// The most digits that a code has. A text with more may be a phone or citizen service number in the wrong column.
const TOO_MANY_DIGITS: usize = 6;

/// Names a value in a sentence: `noun` and the value in quotation marks if it looks like a code, otherwise `demonstrative`
/// alone ("De competentie ‘WWB’", "Deze competentie"). A name or an address in the wrong column is personal data and is not
/// repeated, and neither is anything long.
pub(super) fn quoted(noun: &str, demonstrative: &str, text: &str) -> String {
    let is_code = !text.is_empty()
        && text.len() <= QUOTED
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
        && text.bytes().filter(u8::is_ascii_digit).count() <= TOO_MANY_DIGITS;
    if is_code {
        format!("{noun} ‘{text}’")
    } else {
        demonstrative.to_owned()
    }
}

/// Joins words: "a", "a of b", "a, b of c".
pub(super) fn join_with_or(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [rest @ .., last] => format!("{} of {last}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_codes_are_repeated() {
        let quoted = |text| quoted("Het kenmerk", "Dit kenmerk", text);
        assert_eq!(quoted("WMO-2015"), "Het kenmerk ‘WMO-2015’");
        for text in ["Noor Voorbeeld", "noor@cak.example", "0612345678", "", &"x".repeat(41)] {
            assert_eq!(quoted(text), "Dit kenmerk");
        }
    }

    #[test]
    fn choices_are_joined_in_dutch() {
        assert_eq!(join_with_or(&["decide", "advise", "refer"]), "decide, advise of refer");
    }
}
