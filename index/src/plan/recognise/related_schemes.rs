//! Expands a question with related schemes, whose officers can also help.
//!
//! `lexicon/related_schemes.txt` lists them: an officer for the general part of a law knows its special parts, and every
//! authority has an officer who may deviate from the rules.

use register::identifier::CompetenceCode;

use crate::analyse::lexicon::Lexicon;
use crate::analyse::{Executor, Language};
use crate::plan::planned::PlannedCompetence;
use crate::sort_key::{Score, UNIT};

/// The most schemes that are expanded.
const MAX_EXPANDED: usize = 3;

/// Adds related schemes to `competences`, which are ordered. `is_case` distinguishes a situation from a word or two.
pub(in crate::plan) fn add(competences: &mut Vec<PlannedCompetence>, is_case: bool, language: &Language) {
    let Some(best) = competences.first().map(|competence| competence.weight.0) else {
        return;
    };
    let weights = &language.weights.related;
    let fraction = |share: f64| Score::rounded(share).0;
    let leading: Vec<PlannedCompetence> = competences
        .iter()
        .take_while(|competence| competence.weight.0 * UNIT >= best * fraction(weights.min_expanded))
        .take(MAX_EXPANDED)
        .cloned()
        .collect();
    for scheme in &leading {
        for related in Lexicon::get().related_schemes(scheme.code.as_str()) {
            let executors = language
                .schemes
                .iter()
                .find(|other| other.code.as_str() == *related)
                .map(|other| other.executors.clone());
            add_one(
                competences,
                related,
                scheme.weight.times(fraction(weights.scheme)),
                executors.unwrap_or_default(),
                false,
            );
        }
    }
    if is_case {
        let organisations = leading.iter().flat_map(|scheme| &scheme.executors);
        let organisations: Vec<Executor> = organisations
            .filter(|executor| matches!(executor, Executor::Organisation(_)))
            .cloned()
            .collect();
        for clause in Lexicon::get()
            .related_schemes("*")
            .iter()
            .filter(|_| !organisations.is_empty())
        {
            add_one(
                competences,
                clause,
                Score(best).times(fraction(weights.clause)),
                organisations.clone(),
                true,
            );
        }
    }
    competences.sort_by(|one, other| other.weight.cmp(&one.weight).then_with(|| one.code.cmp(&other.code)));
}

fn add_one(competences: &mut Vec<PlannedCompetence>, code: &str, weight: Score, executors: Vec<Executor>, executors_only: bool) {
    let Ok(code) = CompetenceCode::parse(code) else { return };
    match competences.iter_mut().find(|known| known.code == code) {
        Some(known) if known.weight >= weight => {}
        Some(known) if !executors_only => known.weight = weight,
        Some(_) => {}
        None => competences.push(PlannedCompetence {
            code,
            weight,
            executors,
            executors_only,
            words: Vec::new(),
            is_need: false,
        }),
    }
}
