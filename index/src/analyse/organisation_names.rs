//! The names of organisations, with tables that find those that a question can mean.
//!
//! A register has hundreds of organisations with several names each, and a question names one of them at most words. So the
//! names are looked up by what the question has, not the other way round. Peers choose names too, so the hashes are keyed.

use crate::hash::HashMap;
use register::identifier::OrganisationId;

/// The fewest letters of a word of a name that may be misspelt; shorter words are too much alike.
pub(crate) const SHORTEST_MISSPELT: usize = 5;

/// The fewest letters of a name that may be typed with other spaces.
const SHORTEST_JOINED: usize = 6;

/// One name of an organisation.
pub(crate) struct OrganisationName {
    pub(crate) id: OrganisationId,
    /// Its words, folded.
    pub(crate) words: Vec<String>,
}

/// All names, in the order in which they were added.
#[derive(Default)]
pub(crate) struct OrganisationNames {
    names: Vec<OrganisationName>,
    /// The numbers of the names with this first word.
    by_first_word: HashMap<String, Vec<usize>>,
    /// The numbers of the names whose first word may be misspelt, by its first letter.
    by_first_letter: HashMap<char, Vec<usize>>,
    /// The numbers of the names that may be typed with other spaces, by their words without spaces.
    by_joined_words: HashMap<String, Vec<usize>>,
}

impl OrganisationNames {
    /// Adds a name of at least one word.
    pub(super) fn push(&mut self, name: OrganisationName) {
        let number = self.names.len();
        let first = &name.words[0];
        self.by_first_word.entry(first.clone()).or_default().push(number);
        if first.len() >= SHORTEST_MISSPELT {
            self.by_first_letter.entry(first_letter(first)).or_default().push(number);
        }
        let joined = name.words.concat();
        if joined.len() >= SHORTEST_JOINED {
            self.by_joined_words.entry(joined).or_default().push(number);
        }
        self.names.push(name);
    }

    /// Returns the name of this number.
    pub(crate) fn name(&self, number: usize) -> &OrganisationName {
        &self.names[number]
    }

    /// Returns all names.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &OrganisationName> {
        self.names.iter()
    }

    /// Returns the numbers of the names that begin with `word`, or with a word that a misspelt `word` can mean.
    pub(crate) fn beginning_with(&self, word: &str, is_misspelt: bool) -> impl Iterator<Item = usize> {
        let exact = self.by_first_word.get(word);
        let alike = is_misspelt.then(|| self.by_first_letter.get(&first_letter(word))).flatten();
        let is_other = move |number: &usize| self.names[*number].words[0] != word;
        let alike = alike.into_iter().flatten().copied().filter(is_other);
        exact.into_iter().flatten().copied().chain(alike)
    }

    /// Returns the numbers of the names with these `joined` words.
    pub(crate) fn of_joined_words(&self, joined: &str) -> &[usize] {
        self.by_joined_words.get(joined).map_or(&[], Vec::as_slice)
    }
}

fn first_letter(word: &str) -> char {
    word.chars().next().expect("words have letters")
}
