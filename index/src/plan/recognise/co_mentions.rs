//! Co-mention rules: adds a scheme because of the organisations that a question names together.
//!
//! `lexicon/co_mentions.txt` lists the rules: a question that names several collectors of the state is about the one
//! arrangement for debts to all of them.

use register::identifier::OrganisationId;

use super::schemes::IndicatedScheme;
use crate::analyse::lexicon::Lexicon;
use crate::analyse::{Executor, Language};
use crate::sort_key::Score;

/// The weight of a scheme that a rule adds, and of its executors, which count as named.
const WEIGHT: f64 = 1.35;

/// Adds the schemes of rules that apply to `found`, and their executors to the `named` organisations.
pub(in crate::plan) fn add(found: &mut Vec<IndicatedScheme>, named: &mut Vec<(OrganisationId, Score)>, language: &Language) {
    for rule in Lexicon::get().co_mention_rules() {
        let is_named = |id: &&&str| named.iter().any(|(named, _)| named.as_str() == **id);
        if rule.organisations.iter().filter(is_named).count() < rule.minimum {
            continue;
        }
        let Some(scheme) = language.schemes.iter().position(|scheme| scheme.code.as_str() == rule.code) else {
            continue;
        };
        match found.iter_mut().find(|found| found.scheme == scheme) {
            Some(known) => known.weight += WEIGHT,
            None => found.push(IndicatedScheme {
                scheme,
                weight: WEIGHT,
                words: Vec::new(),
            }),
        }
        for executor in &language.schemes[scheme].executors {
            if let Executor::Organisation(id) = executor
                && named.iter().all(|(named, _)| named != id)
            {
                named.push((id.clone(), Score::rounded(WEIGHT)));
            }
        }
    }
    found.sort_by(|one, other| other.weight.total_cmp(&one.weight).then(one.scheme.cmp(&other.scheme)));
}
