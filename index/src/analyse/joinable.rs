//! Words that people also type as separate words: `kosten delers norm`.

use std::ops::Range;

/// A set of words, in which a beginning is followed letter by letter.
#[derive(Default)]
pub(super) struct JoinableWords {
    /// In order, each once.
    words: Vec<String>,
}

/// The words that begin with some letters.
#[derive(Clone)]
pub(super) struct Beginning {
    words: Range<usize>,
    /// How many bytes the letters have.
    letters: usize,
}

impl JoinableWords {
    /// Adds words.
    pub(super) fn extend(&mut self, words: impl IntoIterator<Item = String>) {
        self.words.extend(words);
        self.words.sort_unstable();
        self.words.dedup();
    }

    /// Returns the words that begin with `letters`, if there are any.
    pub(super) fn begin(&self, letters: &str) -> Option<Beginning> {
        let all = Beginning {
            words: 0..self.words.len(),
            letters: 0,
        };
        self.follow(&all, letters)
    }

    /// Returns those of the words that go on with `letters`, if there are any.
    pub(super) fn follow(&self, beginning: &Beginning, letters: &str) -> Option<Beginning> {
        if letters.is_empty() {
            return Some(beginning.clone());
        }
        let letters = letters.as_bytes();
        let rest = |word: &String| word.as_bytes().get(beginning.letters..).unwrap_or_default().cmp(letters);
        let words = &self.words[beginning.words.clone()];
        let before = words.partition_point(|word| rest(word).is_lt());
        let goes_on = |word: &String| word.as_bytes()[beginning.letters..].starts_with(letters);
        let count = words[before..].partition_point(goes_on);
        let start = beginning.words.start + before;
        (count > 0).then_some(Beginning {
            words: start..start + count,
            letters: beginning.letters + letters.len(),
        })
    }

    /// Returns the word that ends with the letters that were followed.
    pub(super) fn ended(&self, beginning: &Beginning) -> Option<&str> {
        let shortest = self.words[beginning.words.clone()].first()?;
        (shortest.len() == beginning.letters).then_some(shortest)
    }
}

#[cfg(test)]
mod tests {
    use super::JoinableWords;

    #[test]
    fn beginnings_are_known_beside_whole_words() {
        let mut words = JoinableWords::default();
        words.extend(["huurtoeslag", "huur", "zorg", "huur"].map(str::to_owned));
        for beginning in ["h", "huur", "huurt", "huurtoeslag", "zo"] {
            assert!(words.begin(beginning).is_some(), "{beginning}");
        }
        for other in ["huurtoeslagen", "a", "zorgx", "zz"] {
            assert!(words.begin(other).is_none(), "{other}");
        }
        let huur = words.begin("huur").unwrap();
        assert_eq!(words.ended(&huur), Some("huur"));
        assert!(words.ended(&words.begin("huurt").unwrap()).is_none());
        assert!(words.follow(&huur, "s").is_none());
        let toeslag = words.follow(&huur, "toe").and_then(|toe| words.follow(&toe, "slag")).unwrap();
        assert_eq!(words.ended(&toeslag), Some("huurtoeslag"));
    }
}
