//! Schemes whose officers can also help, beside those that a question is about.
//!
//! Knowledge of the field, written in `lexicon/kin.txt`: who decides on the general part of a law knows its special parts,
//! and every authority has somebody who may deviate from the rules.

use register::identifier::CompetenceCode;

use super::PlannedCompetence;
use crate::analyser::lexicon::Lexicon;
use crate::language::{Executor, Language};
use crate::score::{Score, UNIT};

/// What kin count, in parts of [`UNIT`] of the scheme they are kin to.
const KIN_COUNTS: i64 = 350;
/// What the clause by which an authority deviates counts, at the authorities that a case leads to.
const CLAUSE_COUNTS: i64 = 300;
/// A scheme this near to the best has kin, in parts of [`UNIT`] of the best.
const HAS_KIN: i64 = 720;
/// So many schemes at most have kin.
const MOST_WITH_KIN: usize = 3;

/// Adds kin to `competences`, which are in order. `is_case` tells a situation from a word or two.
pub(super) fn add(competences: &mut Vec<PlannedCompetence>, is_case: bool, language: &Language) {
    let Some(best) = competences.first().map(|competence| competence.weight.0) else {
        return;
    };
    let leading: Vec<PlannedCompetence> = competences
        .iter()
        .take_while(|competence| competence.weight.0 * UNIT >= best * HAS_KIN)
        .take(MOST_WITH_KIN)
        .cloned()
        .collect();
    for scheme in &leading {
        for kin in Lexicon::get().kin(scheme.code.as_str()) {
            let executors = language
                .schemes
                .iter()
                .find(|other| other.code.as_str() == *kin)
                .map(|other| other.executors.clone());
            add_one(
                competences,
                kin,
                scheme.weight.times(KIN_COUNTS),
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
        for clause in Lexicon::get().kin("*").iter().filter(|_| !organisations.is_empty()) {
            add_one(
                competences,
                clause,
                Score(best).times(CLAUSE_COUNTS),
                organisations.clone(),
                true,
            );
        }
    }
    competences.sort_by(|one, other| other.weight.cmp(&one.weight).then_with(|| one.code.cmp(&other.code)));
}

fn add_one(competences: &mut Vec<PlannedCompetence>, code: &str, weight: Score, executors: Vec<Executor>, is_theirs_only: bool) {
    let Ok(code) = CompetenceCode::parse(code) else { return };
    match competences.iter_mut().find(|known| known.code == code) {
        Some(known) if known.weight >= weight => {}
        Some(known) if !is_theirs_only => known.weight = weight,
        Some(_) => {}
        None => competences.push(PlannedCompetence {
            code,
            weight,
            executors,
            is_theirs_only,
            words: Vec::new(),
        }),
    }
}
