//! Weighs words by their rarity in the collection, as BM25 does: the yardstick for our static weights.

use index::{Filters, Grouping, Index, IndexError, Paging, Plan, PlanParts, PlannedWord, Score};

/// Returns `plan` with words weighed by inverse document frequency, scaled so that a word of one document weighs 1.
pub(crate) fn weigh(plan: &Plan, index: &Index) -> Result<Plan, IndexError> {
    let documents = index.snapshot().len() as f64;
    let inverse = |frequency: f64| (1.0 + (documents - frequency + 0.5) / (frequency + 0.5)).ln();
    let mut parts = plan.clone().into_parts();
    for word in &mut parts.words {
        let frequency = document_frequency(plan, word, index)?;
        word.weight = Score::rounded(inverse(frequency as f64) / inverse(1.0));
    }
    let mut weighed = Plan::try_from(parts)?;
    weighed.understanding = plan.understanding.clone();
    Ok(weighed)
}

/// Returns the number of officers that a word matches.
fn document_frequency(plan: &Plan, word: &PlannedWord, index: &Index) -> Result<usize, IndexError> {
    let only_word = PlanParts {
        versions: plan.versions.clone(),
        filters: Filters::default(),
        grouping: Grouping::Flat,
        is_browse: false,
        words: vec![PlannedWord {
            weight: Score::rounded(1.0),
            ..word.clone()
        }],
        competences: Vec::new(),
        domains: Vec::new(),
        organisations: Vec::new(),
        organisation_kinds: Vec::new(),
        roles: Vec::new(),
        municipalities: Vec::new(),
        municipality_weight: Score::ZERO,
        min_score: Score(1),
    };
    let paging = Paging {
        facets: false,
        ..Paging::first(1)
    };
    Ok(index
        .snapshot()
        .search(&Plan::try_from(only_word)?, &paging, &|_| None)?
        .total)
}
