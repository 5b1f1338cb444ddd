//! Corrections of the question: words that the search understood as other words.

use directory::Correction;

/// A correction on the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CorrectionLine {
    /// The words as typed.
    pub(super) typed: String,
    /// The word as understood.
    pub(super) meant: String,
    /// Whether the correction only removes spaces.
    pub(super) is_joined: bool,
}

impl CorrectionLine {
    /// Presents a correction.
    pub(super) fn of(correction: Correction) -> Self {
        let parts: Vec<&str> = correction.typed.split_whitespace().collect();
        Self {
            is_joined: parts.len() > 1 && parts.concat().to_lowercase() == correction.meant.to_lowercase(),
            typed: correction.typed,
            meant: correction.meant,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_joined(typed: &str, meant: &str) -> bool {
        let (typed, meant) = (typed.to_owned(), meant.to_owned());
        let correction = Correction {
            range: 0..typed.len(),
            typed,
            meant,
            language: None,
        };
        CorrectionLine::of(correction).is_joined
    }

    #[test]
    fn words_written_apart_are_joined() {
        assert!(is_joined("Eigen bijdrage", "eigenbijdrage"));
        assert!(!is_joined("bijdraage", "bijdrage") && !is_joined("eigen bijdraage", "eigenbijdrage"));
    }
}
