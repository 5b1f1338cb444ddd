//! A plan on its way to another register.
//!
//! It goes without what it was understood as, which nobody else needs. What comes in is checked once: a peer is known by its
//! certificate, and may have its faults all the same.

use super::{Plan, Understanding};
use crate::error::IndexError;
use crate::score::{Score, UNIT};

/// The version of the form that plans are sent in.
pub const PLAN_FORM: u32 = 1;

/// Bounds of what the compiler makes, with room.
const MOST_WORDS: usize = 64;
const MOST_TERMS: usize = 256;
const LONGEST_TERM: usize = 4_096;
const MOST_NAMED: usize = 512;
const MOST_FILTERS: usize = 5_000;
const HEAVIEST: Score = Score(1_000 * UNIT);

impl Plan {
    /// As it is sent, in the form [`PLAN_FORM`].
    pub fn to_wire(&self) -> Vec<u8> {
        let sent = Self {
            understanding: Understanding::default(),
            ..self.clone()
        };
        serde_json::to_vec(&sent).expect("a plan is plain data, which JSON can always hold")
    }

    /// Reads a plan that was sent. What no compiler makes is refused.
    pub fn from_wire(bytes: &[u8]) -> Result<Self, IndexError> {
        let plan: Self = serde_json::from_slice(bytes).map_err(|_| IndexError::BadPlan("it cannot be read"))?;
        plan.check().map(|()| plan)
    }

    fn check(&self) -> Result<(), IndexError> {
        let is = |holds: bool, what: &'static str| holds.then_some(()).ok_or(IndexError::BadPlan(what));
        let fits = |score: &Score| (Score::ZERO..=HEAVIEST).contains(score);
        is(self.words.len() <= MOST_WORDS, "it has too many words")?;
        for word in &self.words {
            is(word.terms.len() <= MOST_TERMS, "a word has too many forms")?;
            is(word.surface.len() <= LONGEST_TERM, "a word is too long")?;
            is(word.terms.iter().all(|(_, share)| fits(share)), "a form weighs too much")?;
            is(fits(&word.weight), "a word weighs too much")?;
            let errors = word.approximate.as_ref().map_or(0, |approximate| approximate.errors);
            is(errors <= 2, "a word may have too many errors")?;
        }
        let named = [
            self.competences.len(),
            self.domains.len(),
            self.organisations.len(),
            self.organisation_kinds.len(),
            self.roles.len(),
            self.municipalities.len(),
        ];
        is(named.iter().all(|count| *count <= MOST_NAMED), "it names too much")?;
        is(
            self.competences.iter().all(|named| fits(&named.weight)),
            "a competence weighs too much",
        )?;
        is(
            self.competences.iter().all(|named| named.executors.len() <= MOST_NAMED),
            "it names too much",
        )?;
        is(
            self.domains.iter().all(|(_, weight)| fits(weight)),
            "a domain weighs too much",
        )?;
        is(
            self.organisations.iter().all(|(_, weight)| fits(weight)),
            "an organisation weighs too much",
        )?;
        is(
            self.organisation_kinds.iter().all(|(_, weight)| fits(weight)),
            "a kind weighs too much",
        )?;
        is(self.roles.iter().all(|(_, weight)| fits(weight)), "a role weighs too much")?;
        is(fits(&self.municipality_weight) && fits(&self.least), "it weighs too much")?;
        let filters = &self.filters;
        let lengths = [
            filters.organisations.len(),
            filters.organisation_kinds.len(),
            filters.kinds.len(),
            filters.domains.len(),
            filters.competences.len(),
            filters.municipalities.len(),
        ];
        is(
            lengths.iter().all(|length| *length <= MOST_FILTERS),
            "it has too many filters",
        )
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use register::gazetteer::Gazetteer;
    use register::vocabulary::Vocabulary;

    use super::*;
    use crate::{Context, Language, Question};

    fn plan(text: &str) -> Plan {
        let language = Arc::new(Language::new(&Vocabulary::builtin(), Gazetteer::builtin()));
        let question = Question {
            text: text.into(),
            ..Question::default()
        };
        Plan::compile(&question, &Context::new(language, []))
    }

    #[test]
    fn a_plan_comes_back_without_what_it_was_understood_as() {
        let made = plan("brieefadres aanvragen in Utrecht, brief van het CAK");
        let carried = Plan::from_wire(&made.to_wire()).unwrap();
        assert_eq!(carried.understanding, Understanding::default());
        let bare = Plan {
            understanding: Understanding::default(),
            ..made
        };
        assert_eq!(carried, bare);
    }

    #[test]
    fn the_longest_question_makes_a_plan_that_is_taken() {
        let text = Vocabulary::builtin().texts().take(400).collect::<Vec<_>>().join(" ");
        let wire = plan(&text).to_wire();
        assert!(Plan::from_wire(&wire).is_ok());
        assert!(wire.len() < 128 << 10, "{} bytes", wire.len());
    }

    #[test]
    fn what_no_compiler_makes_is_refused() {
        let mut plan = plan("briefadres");
        plan.words[0].weight = Score(i64::MAX);
        assert!(matches!(Plan::from_wire(&plan.to_wire()), Err(IndexError::BadPlan(_))));
        for garbage in [&b""[..], b"{}", b"\xff\xfe", b"[1,2]"] {
            assert!(matches!(Plan::from_wire(garbage), Err(IndexError::BadPlan(_))));
        }
    }
}
