//! Suggestions for misspelt keys.

use register::spelling::nearest;

/// The message about an unknown key, with the known key that was probably meant.
pub(super) fn unknown_key<'a>(key: &str, known: impl Iterator<Item = &'a str>) -> String {
    match nearest(key, known) {
        Some(nearest) => format!("there is no such setting; did you mean `{nearest}`?"),
        None => "there is no such setting".to_owned(),
    }
}
