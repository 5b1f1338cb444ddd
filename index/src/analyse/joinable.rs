//! Words that people also type as separate words: `kosten delers norm`.

/// A set of words that also tells what they begin with.
#[derive(Default)]
pub(super) struct JoinableWords {
    /// In order, each once.
    words: Vec<String>,
}

impl JoinableWords {
    /// Adds words.
    pub(super) fn extend(&mut self, words: impl IntoIterator<Item = String>) {
        self.words.extend(words);
        self.words.sort_unstable();
        self.words.dedup();
    }

    /// Whether `word` is one of the words.
    pub(super) fn contains(&self, word: &str) -> bool {
        self.from(word).is_some_and(|found| found == word)
    }

    /// Whether a word begins with `letters`. Two typed words rarely begin one, so most joins end here.
    pub(super) fn begins_with(&self, letters: &str) -> bool {
        self.from(letters).is_some_and(|found| found.starts_with(letters))
    }

    /// Returns the first word that is not before `letters`.
    fn from(&self, letters: &str) -> Option<&str> {
        let at = self.words.partition_point(|word| word.as_str() < letters);
        self.words.get(at).map(String::as_str)
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
            assert!(words.begins_with(beginning), "{beginning}");
        }
        assert!(!words.begins_with("huurtoeslagen") && !words.begins_with("a") && !words.begins_with("zorgx"));
        assert!(words.contains("huur") && words.contains("zorg") && !words.contains("huurt"));
    }
}
