//! Taking a text apart into words, with the place of each.
//!
//! A word is a run of letters and digits. Dots vanish from abbreviations (`w.w.b.`), apostrophes from suffixes
//! (`zzp'er`), and hyphens hold the pieces of one word together (`id-kaart`). Numbers keep what gives them meaning:
//! `4:84`, `18+`, `1.600`.

use super::fold::{is_apostrophe, is_hyphen, push_folded};

/// A word as written: folded, with its pieces where hyphens hold it together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// The folded pieces: one, or more for a hyphenated word.
    pub(super) pieces: Vec<String>,
    /// First byte in the text.
    pub(super) start: usize,
    /// First byte after it.
    pub(super) end: usize,
    /// Whether it was written with a capital first letter.
    pub(super) capital: bool,
}

/// No word of the field is longer; what is longer is cut, so that no input makes splitting slow.
const LONGEST_PIECE: usize = 48;

/// What an apostrophe or hyphen may add to a word without making it another one.
const SUFFIXES: [&str; 6] = ["s", "er", "ers", "tje", "tjes", "je"];

/// The words of `text`, in order.
pub(super) fn tokenise(text: &str) -> Vec<Token> {
    let characters: Vec<(usize, char)> = text.char_indices().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < characters.len() {
        if characters[at].1.is_alphanumeric() {
            let (token, next) = read(&characters, at, text.len());
            tokens.extend(token);
            at = next;
        } else {
            at += 1;
        }
    }
    tokens
}

/// Reads the word that begins at `at`; the index after it comes along.
fn read(characters: &[(usize, char)], at: usize, text_end: usize) -> (Option<Token>, usize) {
    let letter = |index: usize| characters.get(index).map(|(_, character)| *character);
    let begins_word = |index: usize| letter(index).is_some_and(char::is_alphanumeric);
    let mut pieces = vec![String::new()];
    let mut dropped_suffix = false;
    let mut next = at;
    while let Some(character) = letter(next) {
        let piece = pieces.last_mut().expect("there is always a last piece");
        if character.is_alphanumeric() {
            if piece.len() < LONGEST_PIECE {
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
    let capital = characters[at].1.is_uppercase();
    let token = (!pieces.is_empty()).then_some(Token {
        pieces,
        start,
        end,
        capital,
    });
    (token, next.max(at + 1))
}

/// The folded run of letters and digits from `at`, and the index after it.
fn run(characters: &[(usize, char)], at: usize) -> (String, usize) {
    let mut folded = String::new();
    let mut next = at;
    while let Some((_, character)) = characters.get(next) {
        if !character.is_alphanumeric() {
            break;
        }
        if folded.len() < LONGEST_PIECE {
            push_folded(*character, &mut folded);
        }
        next += 1;
    }
    (folded, next)
}

/// A dot stays within a word between single letters (`w.w.b.`) and before three digits (`1.600`).
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
    use super::tokenise;

    fn words(text: &str) -> Vec<String> {
        tokenise(text).into_iter().map(|token| token.pieces.join("-")).collect()
    }

    #[test]
    fn abbreviations_read_the_same_with_and_without_dots() {
        assert_eq!(words("de W.W.B. en de wwb"), ["de", "wwb", "en", "de", "wwb"]);
        assert_eq!(words("art. 4:84 Awb."), ["art", "4:84", "awb"]);
    }

    #[test]
    fn apostrophes_and_hyphens_keep_a_word_whole() {
        assert_eq!(
            words("'s-Gravenhage zzp'er baby’s aow-er id-kaart"),
            ["s-gravenhage", "zzp", "baby", "aow", "id-kaart"]
        );
        assert_eq!(words("'s nachts"), ["s", "nachts"]);
    }

    #[test]
    fn numbers_keep_what_gives_them_meaning() {
        assert_eq!(
            words("18-/18+ 1.600 euro, 18-27 jaar"),
            ["18-", "18+", "1600", "euro", "18", "27", "jaar"]
        );
    }

    #[test]
    fn places_are_bytes_of_the_text() {
        let text = "één Şule";
        let tokens = tokenise(text);
        assert_eq!(&text[tokens[1].start..tokens[1].end], "Şule");
        assert!(tokens[1].capital);
    }
}
