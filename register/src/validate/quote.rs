//! What of an input a message may repeat: codes, and little of them.

/// How much of a code is repeated.
const QUOTED: usize = 40;

/// More digits in a row than any code has: it may be a phone or citizen service number in the wrong column.
const TOO_MANY_DIGITS: usize = 6;

/// `text` in quotation marks if it looks like a code, else a word for it. A name or an address in the wrong column is
/// personal data and is not repeated, and neither is anything long.
pub(super) fn quote(text: &str) -> String {
    let is_code = !text.is_empty()
        && text.len() <= QUOTED
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
        && text.bytes().filter(u8::is_ascii_digit).count() <= TOO_MANY_DIGITS;
    if is_code {
        format!("‘{text}’")
    } else {
        "deze waarde".to_owned()
    }
}

/// "a", "a of b", "a, b of c".
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
    fn codes_are_repeated_and_nothing_else() {
        assert_eq!(quote("WMO-2015"), "‘WMO-2015’");
        for text in ["Noor Voorbeeld", "noor@cak.example", "0612345678", "", &"x".repeat(41)] {
            assert_eq!(quote(text), "deze waarde");
        }
    }

    #[test]
    fn a_choice_reads_as_a_sentence() {
        assert_eq!(join_with_or(&["decide", "advise", "refer"]), "decide, advise of refer");
    }
}
