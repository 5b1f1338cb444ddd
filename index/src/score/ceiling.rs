//! The highest score that a plan can give, whatever the entry.

use crate::plan::Plan;
use crate::sort_key::{Score, UNIT};

/// The score of an officer for a plan without a text, if it serves a municipality of the plan. Any other officer has zero.
pub(crate) const IN_AREA: Score = Score(1);

impl Plan {
    /// An upper bound of the score of any entry. Multipliers only lower a sum, and a word counts once in each field.
    pub(crate) fn highest_score(&self) -> Score {
        if self.is_browse {
            return if self.municipalities.is_empty() {
                Score::ZERO
            } else {
                IN_AREA
            };
        }
        let fields: i128 = self.weights.scoring.fields.iter().map(|weight| i128::from(*weight)).sum();
        let unit = i128::from(UNIT);
        let words = self.words.iter().map(|word| {
            let shares = word.terms.iter().map(|(_, share)| i128::from(share.0));
            // An approximate match has at most the share of an exact one.
            let share = shares.max().unwrap_or(0).max(unit);
            i128::from(word.weight.0) * share / unit * fields / unit * i128::from(self.weights.saturation.highest()) / unit + 1
        });
        let names = self.competences.iter().map(|competence| competence.weight.0);
        let names = names.chain(self.domains.iter().map(|(_, weight)| weight.0));
        let names = names.chain(self.organisations.iter().map(|(_, weight)| weight.0));
        let names = names.chain(self.organisation_kinds.iter().map(|(_, weight)| weight.0));
        let names = names.chain(self.roles.iter().map(|(_, weight)| weight.0));
        let sum: i128 = words.sum::<i128>() + names.map(i128::from).sum::<i128>() + i128::from(self.municipality_weight.0);
        // Far below the bounds of i64: a plan has few words and names, each of a bounded weight.
        Score(i64::try_from(sum).unwrap_or(i64::MAX / UNIT))
    }
}
