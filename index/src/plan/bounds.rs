//! The bounds of a plan from another register.
//!
//! A peer is authenticated by its certificate, but it can be faulty or malicious. So a plan that was not compiled here is
//! checked once, when it is made from its parts, and nothing checks it again.

use super::planned::{Plan, PlanParts, PlannedCompetence, PlannedWord};
use super::understanding::Understanding;
use crate::error::IndexError;
use crate::sort_key::{Score, UNIT};
use crate::weights::Weights;

/// The version of the meaning of plans between registers, to be raised when their parts or the weights of the scorer
/// change.
pub const PLAN_FORM: u32 = 4;

/// Bounds with room above what the compiler produces.
const MAX_WORDS: usize = 64;
const MAX_TERMS: usize = 256;
const MAX_TERM_BYTES: usize = 4_096;
const MAX_ERRORS: u8 = 2;
const MAX_NAMED: usize = 512;
/// The most needs of a plan.
pub(crate) const MAX_NEEDS: usize = 8;
const MAX_FILTERS: usize = 5_000;
const MAX_WEIGHT: Score = Score(1_000 * UNIT);

impl TryFrom<PlanParts> for Plan {
    type Error = IndexError;

    /// Makes a plan of `parts`, or returns [`IndexError::BadPlan`] if any number, length or weight is out of bounds.
    fn try_from(parts: PlanParts) -> Result<Self, IndexError> {
        check_words(&parts.words)?;
        check_named(&parts)?;
        check_filters(&parts)?;
        Ok(Self::new(parts, Understanding::default(), Weights::builtin()))
    }
}

fn require(holds: bool, problem: &'static str) -> Result<(), IndexError> {
    holds.then_some(()).ok_or(IndexError::BadPlan(problem))
}

fn is_weight(score: Score) -> bool {
    (Score::ZERO..=MAX_WEIGHT).contains(&score)
}

fn check_words(words: &[PlannedWord]) -> Result<(), IndexError> {
    require(words.len() <= MAX_WORDS, "it has too many words")?;
    for word in words {
        require(word.surface.len() <= MAX_TERM_BYTES, "a word is too long")?;
        require(is_weight(word.weight), "the weight of a word is out of bounds")?;
        require(word.terms.len() <= MAX_TERMS, "a word has too many terms")?;
        for (term, share) in &word.terms {
            require(term.len() <= MAX_TERM_BYTES, "a term is too long")?;
            require(is_weight(*share), "the share of a term is out of bounds")?;
        }
        let max_errors = word.approximate.as_ref().map_or(0, |approximate| approximate.max_errors);
        require(max_errors <= MAX_ERRORS, "a word may have too many errors")?;
    }
    Ok(())
}

fn check_named(parts: &PlanParts) -> Result<(), IndexError> {
    let counts = [
        parts.competences.len(),
        parts.domains.len(),
        parts.organisations.len(),
        parts.organisation_kinds.len(),
        parts.roles.len(),
        parts.municipalities.len(),
    ];
    require(counts.iter().all(|count| *count <= MAX_NAMED), "it names too much")?;
    require(parts.needs().count() <= MAX_NEEDS, "it has too many needs")?;
    for competence in &parts.competences {
        check_competence(competence)?;
    }
    let domains = parts.domains.iter().map(|(_, weight)| weight);
    let organisations = parts.organisations.iter().map(|(_, weight)| weight);
    let kinds = parts.organisation_kinds.iter().map(|(_, weight)| weight);
    let roles = parts.roles.iter().map(|(_, weight)| weight);
    let mut weights = domains.chain(organisations).chain(kinds).chain(roles);
    require(
        weights.all(|weight| is_weight(*weight)),
        "the weight of a name is out of bounds",
    )?;
    require(
        is_weight(parts.municipality_weight) && is_weight(parts.min_score),
        "the municipality weight or lowest score is out of bounds",
    )
}

fn check_competence(competence: &PlannedCompetence) -> Result<(), IndexError> {
    require(is_weight(competence.weight), "the weight of a competence is out of bounds")?;
    require(competence.executors.len() <= MAX_NAMED, "a competence has too many executors")?;
    require(competence.words.len() <= MAX_TERMS, "a competence has too many words")?;
    require(
        competence.words.iter().all(|word| word.len() <= MAX_TERM_BYTES),
        "a word of a competence is too long",
    )
}

fn check_filters(parts: &PlanParts) -> Result<(), IndexError> {
    let filters = &parts.filters;
    let lengths = [
        filters.organisations.len(),
        filters.organisation_kinds.len(),
        filters.kinds.len(),
        filters.domains.len(),
        filters.competences.len(),
        filters.municipalities.len(),
    ];
    require(lengths.iter().all(|length| *length <= MAX_FILTERS), "it has too many filters")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use register::gazetteer::Gazetteer;
    use register::vocabulary::Vocabulary;
    use sha2::{Digest as _, Sha256};

    use super::*;
    use crate::rank::FIRST_FOR_NEED;
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
    fn other_weights_of_the_scorer_are_another_form() {
        let weights = Weights::builtin();
        let decisive = format!("{:?} {:?}", weights.scoring, weights.saturation);
        // After a change of these weights, raise the form and take the new hash.
        let hash = hex::encode(&Sha256::digest(decisive)[..8]);
        assert_eq!((PLAN_FORM, hash.as_str()), (4, "36106aed0f9e7e35"));
    }

    #[test]
    fn plans_survive_being_taken_apart() {
        let compiled = plan("brieefadres aanvragen in Utrecht, brief van het CAK");
        let restored = Plan::try_from(compiled.clone().into_parts()).unwrap();
        assert!(restored.understanding == Understanding::default());
        assert!(restored.into_parts() == compiled.into_parts());
    }

    #[test]
    fn plans_of_the_longest_questions_are_within_bounds() {
        let text = Vocabulary::builtin().texts().take(400).collect::<Vec<_>>().join(" ");
        assert!(Plan::try_from(plan(&text).into_parts()).is_ok());
    }

    #[test]
    fn no_plan_scores_as_high_as_the_first_for_a_need() {
        let mut parts = plan("briefadres in Utrecht, brief van het CAK").into_parts();
        let mut word = parts.words[0].clone();
        (word.weight, word.terms) = (MAX_WEIGHT, vec![("x".to_owned(), MAX_WEIGHT)]);
        parts.words = vec![word; MAX_WORDS];
        parts.competences[0].weight = MAX_WEIGHT;
        parts.competences = vec![parts.competences[0].clone(); MAX_NAMED];
        let cak = register::identifier::OrganisationId::parse("zb000211").unwrap();
        parts.organisations = vec![(cak, MAX_WEIGHT); MAX_NAMED];
        parts.roles = vec![(register::officer::OfficerKind::Ambassadeur, MAX_WEIGHT); MAX_NAMED];
        parts.organisation_kinds = vec![(register::organisation::OrganisationKind::Gemeente, MAX_WEIGHT); MAX_NAMED];
        let highest = Plan::try_from(parts).unwrap().highest_score().0 * UNIT;
        assert!(highest < FIRST_FOR_NEED);
        // Between registers no score may be higher.
        assert!(FIRST_FOR_NEED + highest < 1 << 52);
    }

    #[test]
    fn plans_out_of_bounds_are_refused() {
        let breaks: [fn(&mut PlanParts); 8] = [
            |parts| parts.words[0].weight = Score(i64::MAX),
            |parts| parts.words[0].weight = Score(-1),
            |parts| parts.words[0].surface = "x".repeat(MAX_TERM_BYTES + 1),
            |parts| parts.words = vec![parts.words[0].clone(); MAX_WORDS + 1],
            |parts| parts.competences[0].executors = vec![crate::Executor::Unlisted; MAX_NAMED + 1],
            |parts| {
                parts.competences[0].is_need = true;
                parts.competences = vec![parts.competences[0].clone(); MAX_NEEDS + 1];
            },
            |parts| parts.min_score = Score(i64::MIN),
            |parts| parts.filters.kinds = vec![register::officer::OfficerKind::Ambassadeur; MAX_FILTERS + 1],
        ];
        let sound = plan("briefadres").into_parts();
        for break_it in breaks {
            let mut parts = sound.clone();
            break_it(&mut parts);
            assert!(matches!(Plan::try_from(parts), Err(IndexError::BadPlan(_))));
        }
    }
}
