//! Schemes that a question is about because of the organisations that it names, whatever else it says.
//!
//! Knowledge of the field, written in `lexicon/together.txt`: who owes several collectors of the state is about one
//! arrangement for all of them.

use register::identifier::OrganisationId;

use super::vocabulary::Found;
use crate::analyser::lexicon::Lexicon;
use crate::language::{Executor, Language};
use crate::score::Score;

/// What such a scheme is worth, and what whoever carries it out gets as if it were named.
const WEIGHS: f64 = 1.35;

/// Adds such schemes to `found`, and who carries them out to the organisations that are named.
pub(super) fn add(found: &mut Vec<Found>, named: &mut Vec<(OrganisationId, Score)>, language: &Language) {
    for together in Lexicon::get().together() {
        let is_named = |id: &&&str| named.iter().any(|(named, _)| named.as_str() == **id);
        if together.organisations.iter().filter(is_named).count() < together.least {
            continue;
        }
        let Some(scheme) = language
            .schemes
            .iter()
            .position(|scheme| scheme.code.as_str() == together.code)
        else {
            continue;
        };
        match found.iter_mut().find(|found| found.scheme == scheme) {
            Some(known) => known.weight += WEIGHS,
            None => found.push(Found {
                scheme,
                weight: WEIGHS,
                words: Vec::new(),
            }),
        }
        for executor in &language.schemes[scheme].executors {
            if let Executor::Organisation(id) = executor
                && named.iter().all(|(named, _)| named != id)
            {
                named.push((id.clone(), Score::rounded(WEIGHS)));
            }
        }
    }
    found.sort_by(|one, other| other.weight.total_cmp(&one.weight).then(one.scheme.cmp(&other.scheme)));
}
