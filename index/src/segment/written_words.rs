//! The words of a field as they are written, in memory: approximate matching compares a typed word with thousands of them.

use crate::error::IndexError;

/// Words in order, one after another in a single text.
#[derive(Default)]
pub(super) struct WrittenWords {
    text: String,
    /// The end of each word in the text.
    ends: Vec<u32>,
}

impl WrittenWords {
    /// Adds a word. Words are added in order.
    pub(super) fn push(&mut self, word: &str) -> Result<(), IndexError> {
        self.text.push_str(word);
        let end = u32::try_from(self.text.len());
        self.ends
            .push(end.map_err(|_| IndexError::Damaged("a field has more words than fit".into()))?);
        Ok(())
    }

    /// Returns the words that begin with `first`.
    pub(super) fn beginning_with(&self, first: char) -> impl Iterator<Item = &str> {
        let count_before = |is_before: &dyn Fn(char) -> bool| {
            let (mut low, mut high) = (0, self.ends.len());
            while low < high {
                let middle = usize::midpoint(low, high);
                if self.word(middle).chars().next().is_none_or(is_before) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            low
        };
        let range = count_before(&|letter| letter < first)..count_before(&|letter| letter <= first);
        range.map(|number| self.word(number))
    }

    fn word(&self, number: usize) -> &str {
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start as usize..self.ends[number] as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_by_their_first_letter() {
        let mut words = WrittenWords::default();
        for word in ["aanvraag", "bijstand", "brief", "c", "éénouder", "überhaupt"] {
            words.push(word).unwrap();
        }
        let of = |first| words.beginning_with(first).collect::<Vec<_>>();
        assert_eq!(of('b'), ["bijstand", "brief"]);
        assert_eq!((of('a'), of('c')), (vec!["aanvraag"], vec!["c"]));
        assert_eq!((of('é'), of('ü')), (vec!["éénouder"], vec!["überhaupt"]));
        assert!(of('d').is_empty() && of('z').is_empty());
        assert!(WrittenWords::default().beginning_with('a').next().is_none());
    }
}
