//! Tokenises text into words with their byte ranges.
//!
//! A word is a run of letters and digits. Abbreviations lose their dots (`w.w.b.`), suffixes their apostrophes (`zzp'er`),
//! and hyphens join the pieces of one word (`id-kaart`). Numbers keep the marks that give them meaning: `4:84`, `18+`,
//! `1.600`.

use super::fold::{is_apostrophe, is_hyphen, push_folded};

/// A folded word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// The pieces between its hyphens; one if it has none.
    pub(super) pieces: Vec<String>,
    /// The first byte in the text.
    pub(super) start: usize,
    /// The first byte after it.
    pub(super) end: usize,
    /// Whether it begins with a capital.
    pub(super) is_capitalised: bool,
}

/// The most bytes of a piece. The rest is dropped, so that no input makes compound splitting slow.
const MAX_PIECE_BYTES: usize = 48;

/// Endings after an apostrophe or hyphen that leave the word the same.
const SUFFIXES: [&str; 6] = ["s", "er", "ers", "tje", "tjes", "je"];

/// A word that only needs lower case: letters without marks and digits.
pub(super) struct PlainWord<'a> {
    /// The word in lower case.
    pub(super) folded: &'a str,
    /// The first byte in the text.
    pub(super) start: usize,
    /// The first byte after it.
    pub(super) end: usize,
    /// Whether it begins with a capital.
    pub(super) is_capitalised: bool,
}

impl From<PlainWord<'_>> for Token {
    fn from(word: PlainWord<'_>) -> Self {
        Self {
            pieces: vec![word.folded.to_owned()],
            start: word.start,
            end: word.end,
            is_capitalised: word.is_capitalised,
        }
    }
}

/// Returns the words of `text`, in order.
pub(super) fn tokenise(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    read(text, |word| {
        tokens.push(match word {
            Ok(plain) => plain.into(),
            Err(token) => token,
        });
    });
    tokens
}

/// Reads the words of `text`, in order: plain ones without a copy of their own, and any other as a token.
pub(super) fn read(text: &str, mut visit: impl FnMut(Result<PlainWord<'_>, Token>)) {
    let mut folded = String::new();
    let mut characters: Option<Vec<(usize, char)>> = None;
    let mut at = 0;
    while let Some(byte) = text.as_bytes().get(at) {
        if byte.is_ascii() && !byte.is_ascii_alphanumeric() {
            at += 1;
        } else if let Some(end) = end_of_plain_word(text.as_bytes(), at) {
            folded.clear();
            folded.push_str(&text[at..end.min(at + MAX_PIECE_BYTES)]);
            folded.make_ascii_lowercase();
            visit(Ok(PlainWord {
                folded: &folded,
                start: at,
                end,
                is_capitalised: byte.is_ascii_uppercase(),
            }));
            at = end;
        } else {
            let characters = characters.get_or_insert_with(|| text.char_indices().collect());
            let first = characters.partition_point(|(byte, _)| *byte < at);
            let (token, next) = if characters[first].1.is_alphanumeric() {
                read_token(characters, first, text.len())
            } else {
                (None, first + 1)
            };
            token.into_iter().for_each(|token| visit(Err(token)));
            at = characters.get(next).map_or(text.len(), |(byte, _)| *byte);
        }
    }
}

/// Returns the end of a plain word, which most words are: it ends before a character that cannot belong to a word.
fn end_of_plain_word(text: &[u8], start: usize) -> Option<usize> {
    let length = text[start..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let end = start + length;
    let ends_word = match text.get(end) {
        None => true,
        Some(b'.') => text
            .get(end + 1)
            .is_none_or(|after| after.is_ascii() && !after.is_ascii_alphanumeric()),
        Some(byte) => byte.is_ascii() && !matches!(byte, b'\'' | b'`' | b'-' | b':' | b'+'),
    };
    (length > 0 && ends_word).then_some(end)
}

/// Reads the word that begins at `at`, and returns it with the index after it.
fn read_token(characters: &[(usize, char)], at: usize, text_end: usize) -> (Option<Token>, usize) {
    let letter = |index: usize| characters.get(index).map(|(_, character)| *character);
    let begins_word = |index: usize| letter(index).is_some_and(char::is_alphanumeric);
    let mut pieces = vec![String::new()];
    let mut dropped_suffix = false;
    let mut next = at;
    while let Some(character) = letter(next) {
        let piece = pieces.last_mut().expect("there is always a last piece");
        if character.is_alphanumeric() {
            if piece.len() < MAX_PIECE_BYTES {
                push_folded(character, piece);
            }
            next += 1;
        } else if is_apostrophe(character) && begins_word(next + 1) && !piece.is_empty() {
            let (rest, after) = run(characters, next + 1);
            if SUFFIXES.contains(&rest.as_str()) && !begins_word(after) {
                dropped_suffix = true;
            } else {
                piece.push_str(&rest);
            }
            next = after;
            if dropped_suffix {
                break;
            }
        } else if is_hyphen(character) && begins_word(next + 1) && !is_number(piece) {
            pieces.push(String::new());
            next += 1;
        } else if character == '.' && begins_word(next + 1) && joins_at_dot(piece, characters, next) {
            next += 1;
        } else if character == ':' && is_number(piece) && letter(next + 1).is_some_and(|c| c.is_ascii_digit()) {
            piece.push(':');
            next += 1;
        } else if (character == '+' || is_hyphen(character)) && is_number(piece) && !begins_word(next + 1) {
            piece.push(if character == '+' { '+' } else { '-' });
            next += 1;
            break;
        } else {
            break;
        }
    }
    pieces.retain(|piece| !piece.is_empty());
    if pieces.len() > 1 && pieces.last().is_some_and(|last| SUFFIXES[1..].contains(&last.as_str())) {
        pieces.pop();
    }
    let start = characters[at].0;
    let end = characters.get(next).map_or(text_end, |(byte, _)| *byte);
    let is_capitalised = characters[at].1.is_uppercase();
    let token = (!pieces.is_empty()).then_some(Token {
        pieces,
        start,
        end,
        is_capitalised,
    });
    (token, next.max(at + 1))
}

/// Returns the folded run of letters and digits from `at`, and the index after it.
fn run(characters: &[(usize, char)], at: usize) -> (String, usize) {
    let mut folded = String::new();
    let mut next = at;
    while let Some((_, character)) = characters.get(next) {
        if !character.is_alphanumeric() {
            break;
        }
        if folded.len() < MAX_PIECE_BYTES {
            push_folded(*character, &mut folded);
        }
        next += 1;
    }
    (folded, next)
}

/// Whether the dot belongs to the word: between single letters (`w.w.b.`) or before three digits (`1.600`).
fn joins_at_dot(piece: &str, characters: &[(usize, char)], dot: usize) -> bool {
    let (after, next) = run(characters, dot + 1);
    if is_number(piece) {
        return after.len() == 3 && is_number(&after);
    }
    let single_letters_so_far = dot < 2 || !characters[dot - 2].1.is_alphanumeric();
    let single_letter_after = next == dot + 2;
    single_letters_so_far && single_letter_after && after.chars().all(char::is_alphabetic)
}

fn is_number(piece: &str) -> bool {
    !piece.is_empty() && piece.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{ProptestConfig, proptest};

    use super::{Token, read_token, tokenise};

    /// Reads every word character by character.
    fn read_all(text: &str) -> Vec<Token> {
        let characters: Vec<(usize, char)> = text.char_indices().collect();
        let (mut tokens, mut at) = (Vec::new(), 0);
        while at < characters.len() {
            let (token, next) = if characters[at].1.is_alphanumeric() {
                read_token(&characters, at, text.len())
            } else {
                (None, at + 1)
            };
            tokens.extend(token);
            at = next;
        }
        tokens
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn plain_words_are_read_like_others(text in "[a-cA-CéıŞ0-2 .,:;'’`+–()/-]{0,40}", long in "[a-z]{40,60}") {
            proptest::prop_assert_eq!(tokenise(&text), read_all(&text));
            let both = format!("{text}{long} {long}.");
            proptest::prop_assert_eq!(tokenise(&both), read_all(&both));
        }
    }

    fn words(text: &str) -> Vec<String> {
        tokenise(text).into_iter().map(|token| token.pieces.join("-")).collect()
    }

    #[test]
    fn dots_of_abbreviations_do_not_matter() {
        assert_eq!(words("de W.W.B. en de wwb"), ["de", "wwb", "en", "de", "wwb"]);
        assert_eq!(words("art. 4:84 Awb."), ["art", "4:84", "awb"]);
    }

    #[test]
    fn apostrophes_and_hyphens_do_not_split_words() {
        assert_eq!(
            words("'s-Gravenhage zzp'er baby’s aow-er id-kaart"),
            ["s-gravenhage", "zzp", "baby", "aow", "id-kaart"]
        );
        assert_eq!(words("'s nachts"), ["s", "nachts"]);
    }

    #[test]
    fn numbers_keep_their_marks() {
        assert_eq!(
            words("18-/18+ 1.600 euro, 18-27 jaar"),
            ["18-", "18+", "1600", "euro", "18", "27", "jaar"]
        );
    }

    #[test]
    fn tokens_have_byte_ranges_of_the_text() {
        let text = "één Şule";
        let tokens = tokenise(text);
        assert_eq!(&text[tokens[1].start..tokens[1].end], "Şule");
        assert!(tokens[1].is_capitalised);
    }
}
