//! Builds shell commands for people to paste.

/// Returns the path of `mwr` beside this program, or `mwr` for the shell to find.
pub(super) fn mwr() -> String {
    let beside = std::env::current_exe().ok().map(|program| program.with_file_name("mwr"));
    match beside {
        Some(path) if path.is_file() => path.display().to_string(),
        _ => "mwr".to_owned(),
    }
}

/// Quotes a word for a POSIX shell, if it needs quotes.
pub(super) fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '-' | '_' | '+' | ':');
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_with_special_characters_are_quoted() {
        assert_eq!(quoted("/opt/mwr"), "/opt/mwr");
        assert_eq!(quoted("my demo"), "'my demo'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
    }
}
