//! The questions of a session under opaque ids, so that the address of a result reveals nothing and Back and reload work.

use std::collections::VecDeque;
use std::fmt;

/// Maximum number of questions in a session; a new one evicts the oldest.
const MAX_QUESTIONS: usize = 50;

/// The opaque id of a question within its session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ResultId(String);

impl ResultId {
    pub(super) fn new(random: String) -> Self {
        Self(random)
    }

    /// The id in a path. An unknown id, in whatever form, finds nothing.
    pub(crate) fn from_path(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for ResultId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The questions of a session.
pub(super) struct Questions<Q>(VecDeque<(ResultId, Q)>);

impl<Q> Default for Questions<Q> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

impl<Q: Clone> Questions<Q> {
    /// Keeps a question under `id`.
    pub(super) fn keep(&mut self, id: ResultId, question: Q) {
        if self.0.len() == MAX_QUESTIONS {
            self.0.pop_front();
        }
        self.0.push_back((id, question));
    }

    /// The question under `id`, if it is still kept.
    pub(super) fn get(&self, id: &ResultId) -> Option<Q> {
        let found = self.0.iter().find(|(known, _)| known == id);
        found.map(|(_, question)| question.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_question_evicts_the_oldest() {
        let mut questions = Questions::default();
        let id = |number: usize| ResultId::from_path(number.to_string());
        for number in 0..=MAX_QUESTIONS {
            questions.keep(id(number), number);
        }
        assert_eq!(questions.get(&id(0)), None);
        assert_eq!(questions.get(&id(MAX_QUESTIONS)), Some(MAX_QUESTIONS));
        assert_eq!(questions.0.len(), MAX_QUESTIONS);
    }
}
