//! Spelling: which known word a misspelt one most likely means.
//!
//! A noisy channel (Kernighan, Church and Gale, 1990): the likelihood of a word is that of its being meant, by how often the
//! vocabulary has it, times that of being typed like this, by an edit model of Dutch spelling and keyboards. Candidates share
//! runs of three letters with what was typed, or sound like it.

mod edit_model;
mod phonetic;
mod trigrams;

use rustc_hash::FxHashMap;

use super::edit_distance::TypedWord;
use crate::weights::SpellingWeights;
use edit_model::cost;
use trigrams::Trigrams;

/// The words that are candidates for corrections.
#[derive(Default)]
pub(crate) struct Spelling {
    words: Vec<KnownWord>,
    numbers: FxHashMap<String, u32>,
    /// The words with each run of three letters.
    trigrams: Trigrams,
    /// The words by phonetic key.
    by_sound: FxHashMap<String, Vec<u32>>,
}

/// A word that can be meant.
struct KnownWord {
    word: String,
    /// How often the vocabulary has it.
    frequency: u32,
}

/// A word that a misspelt one may mean.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Meant {
    pub(crate) word: String,
    /// The cost of the errors: about 1 for each, less for common ones.
    pub(crate) cost: f64,
    /// The cost with that of the word's rarity: the lowest is the most likely.
    unlikelihood: f64,
}

impl Spelling {
    /// Adds a word, if it is new.
    pub(crate) fn add(&mut self, word: &str) {
        if self.numbers.contains_key(word) {
            return;
        }
        let number = u32::try_from(self.words.len()).expect("a vocabulary has fewer than 2^32 words");
        let letters: Vec<char> = word.chars().collect();
        self.trigrams.add(number, &letters);
        self.by_sound.entry(phonetic::key(word)).or_default().push(number);
        self.numbers.insert(word.to_owned(), number);
        self.words.push(KnownWord {
            word: word.to_owned(),
            frequency: 0,
        });
    }

    /// Counts how often each word occurs in `occurrences`, instead of what was counted before. Other words are ignored.
    pub(super) fn count<'a>(&mut self, occurrences: impl IntoIterator<Item = &'a str>) {
        self.words.iter_mut().for_each(|known| known.frequency = 0);
        for word in occurrences {
            if let Some(number) = self.numbers.get(word) {
                self.words[*number as usize].frequency += 1;
            }
        }
    }

    /// Returns the words that `typed` may mean with errors of at most `limit`, most likely first.
    pub(crate) fn meant_by(&self, typed: &str, limit: f64, weights: &SpellingWeights) -> Vec<Meant> {
        let letters: Vec<char> = typed.chars().collect();
        let mut found: Vec<Meant> = Vec::new();
        // Common errors cost less than 1, so there can be one more.
        let most_errors = limit.ceil() as usize + 1;
        let prepared = TypedWord::new(typed);
        for number in self.trigrams.sharing(&letters, most_errors) {
            let known = &self.words[number as usize];
            if prepared.errors_within(&known.word, most_errors).is_some()
                && let Some(cost) = cost(&letters, &known.word.chars().collect::<Vec<_>>(), limit, weights)
            {
                found.push(known.meant(cost, weights));
            }
        }
        // Spelling by ear is one error, whatever the number of letters.
        for number in self.by_sound.get(&phonetic::key(typed)).into_iter().flatten() {
            let known = &self.words[*number as usize];
            match found.iter_mut().find(|meant| meant.word == known.word) {
                Some(meant) if meant.cost > weights.alike => *meant = known.meant(weights.alike, weights),
                Some(_) => {}
                None => found.push(known.meant(weights.alike, weights)),
            }
        }
        found.sort_by(|one, other| {
            let by_likelihood = one.unlikelihood.total_cmp(&other.unlikelihood);
            by_likelihood.then_with(|| one.word.cmp(&other.word))
        });
        let best = found.first().map_or(0.0, |best| best.unlikelihood);
        found.retain(|meant| meant.unlikelihood <= best + weights.margin);
        found
    }

    /// Removes all words.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

impl Meant {
    /// Returns it as a part of a longer word.
    pub(crate) fn within(self, before: &str, after: &str) -> Self {
        Self {
            word: format!("{before}{}{after}", self.word),
            ..self
        }
    }

    /// Whether it is more likely than `other`.
    pub(crate) fn is_likelier(&self, other: &Self) -> bool {
        self.unlikelihood < other.unlikelihood
    }
}

impl KnownWord {
    fn meant(&self, cost: f64, weights: &SpellingWeights) -> Meant {
        Meant {
            word: self.word.clone(),
            cost,
            unlikelihood: cost - weights.frequency * f64::from(self.frequency + 1).ln(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weights::Weights;

    fn spelling(words: &[(&str, usize)]) -> Spelling {
        let mut spelling = Spelling::default();
        words.iter().for_each(|(word, _)| spelling.add(word));
        spelling.count(
            words
                .iter()
                .flat_map(|(word, frequency)| std::iter::repeat_n(*word, *frequency)),
        );
        spelling
    }

    fn first(typed: &str, spelling: &Spelling) -> Option<String> {
        let meant = spelling.meant_by(typed, 2.0, &Weights::builtin().spelling);
        meant.into_iter().next().map(|meant| meant.word)
    }

    #[test]
    fn the_first_letter_can_be_wrong_too() {
        let spelling = spelling(&[("verblijfsvergunning", 9), ("huurtoeslag", 40)]);
        assert_eq!(
            first("cerblijfsvergunning", &spelling).as_deref(),
            Some("verblijfsvergunning")
        );
        assert_eq!(first("uurtoeslag", &spelling).as_deref(), Some("huurtoeslag"));
        assert_eq!(first("wandelvereniging", &spelling), None);
    }

    #[test]
    fn of_words_with_equal_errors_the_more_frequent_is_meant() {
        let spelling = spelling(&[("huurschuld", 30), ("duurschuld", 1)]);
        assert_eq!(first("guurschuld", &spelling).as_deref(), Some("huurschuld"));
    }

    #[test]
    fn a_common_error_is_likelier_than_a_rare_one() {
        let spelling = spelling(&[("regeling", 1), ("regelink", 1), ("betaling", 1), ("bepaling", 1)]);
        // A letter that is doubled, and neighbours that are exchanged.
        assert_eq!(first("regelling", &spelling).as_deref(), Some("regeling"));
        assert_eq!(first("betailng", &spelling).as_deref(), Some("betaling"));
    }

    #[test]
    fn words_that_sound_alike_are_one_error_apart() {
        let spelling = spelling(&[("kwijtschelding", 1)]);
        let meant = spelling.meant_by("kweitscheldingk", 1.0, &Weights::builtin().spelling);
        assert!(meant.is_empty());
        assert_eq!(first("kweitschelding", &spelling).as_deref(), Some("kwijtschelding"));
    }
}
