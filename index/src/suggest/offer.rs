//! What may be suggested for a text, and the final order of suggestions.

use serde::Serialize;

use super::officer_counts::SuggestShare;
use super::spelled::{SpelledTargets, likeness, normalised, spelled_targets};
use super::target::SuggestionTarget;
use crate::analyse::{Context, fold};
use crate::hash::{HashMap, HashSet};
use crate::plan::{Plan, Question};

/// The weight of function titles.
const FUNCTION_WEIGHT: u32 = 60;

/// A suggestion for the text being typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Suggestion {
    /// The target.
    pub target: SuggestionTarget,
    /// The name to show.
    pub text: String,
    /// The number of officers for the target. For a place, those that serve it, without national officers.
    pub count: usize,
}

/// What may be suggested for a text, before registers have counted their officers.
pub struct Offer {
    typed: String,
    /// The targets that the text begins.
    spelled: SpelledTargets,
    /// The targets that the text indicates as a question.
    indicated: Vec<(SuggestionTarget, String)>,
}

impl Offer {
    /// Determines what `prefix` may become, as far as `context` knows it.
    pub fn new(prefix: &str, context: &Context) -> Self {
        let typed = normalised(prefix);
        if typed.is_empty() {
            return Self {
                typed,
                spelled: SpelledTargets::new(),
                indicated: Vec::new(),
            };
        }
        Self {
            spelled: spelled_targets(&typed, context),
            indicated: indicated_targets(prefix, context),
            typed,
        }
    }

    /// Returns the targets whose officers registers must count.
    pub fn targets(&self) -> Vec<SuggestionTarget> {
        let indicated = self.indicated.iter().map(|(target, _)| target);
        let indicated = indicated.filter(|target| !self.spelled.contains_key(target));
        let mut targets: Vec<SuggestionTarget> = self.spelled.keys().chain(indicated).cloned().collect();
        targets.sort_unstable();
        targets.dedup();
        targets
    }

    /// Returns at most `limit` suggestions, best first, from the counts of registers.
    pub fn suggestions(self, shares: &[SuggestShare], limit: usize) -> Vec<Suggestion> {
        let targets = self.targets();
        let mut counts: HashMap<SuggestionTarget, usize> = HashMap::default();
        let mut offered = self.spelled;
        for share in shares {
            for (target, count) in targets.iter().zip(&share.counts) {
                *counts.entry(target.clone()).or_default() += count;
            }
            for (title, count) in &share.functions {
                let target = SuggestionTarget::Function(title.clone());
                *counts.entry(target.clone()).or_default() += count;
                let rank = FUNCTION_WEIGHT * likeness(&self.typed, &fold(title));
                if rank > 0 {
                    offered.entry(target).or_insert_with(|| (rank, title.clone()));
                }
            }
        }
        let count = |target: &SuggestionTarget| counts.get(target).copied().unwrap_or(0);
        let mut found: Vec<(u32, Suggestion)> = offered
            .into_iter()
            .map(|(target, (rank, text))| {
                let count = count(&target);
                // A target without officers ranks below one with officers.
                (if count == 0 { rank / 2 } else { rank }, Suggestion { target, text, count })
            })
            .collect();
        // Functions of equal rank are ordered by title, not by count: see [`SuggestShare::functions`].
        let weight = |suggestion: &Suggestion| match suggestion.target {
            SuggestionTarget::Function(_) => 0,
            _ => suggestion.count,
        };
        found.sort_by(|(one, suggestion), (other, other_suggestion)| {
            other
                .cmp(one)
                .then(weight(other_suggestion).cmp(&weight(suggestion)))
                .then_with(|| suggestion.target.cmp(&other_suggestion.target))
        });
        let mut suggestions: Vec<Suggestion> = found.into_iter().map(|(_, suggestion)| suggestion).collect();
        let first_spelled = if self.typed.contains(' ') {
            1
        } else {
            limit.div_ceil(2).max(3)
        };
        let known: HashSet<SuggestionTarget> = suggestions
            .iter()
            .take(first_spelled)
            .map(|suggestion| suggestion.target.clone())
            .collect();
        let indicated = self.indicated.into_iter().filter(|(target, _)| !known.contains(target));
        let indicated: Vec<Suggestion> = indicated
            .map(|(target, text)| Suggestion {
                count: count(&target),
                target,
                text,
            })
            .collect();
        suggestions.retain(|suggestion| !indicated.iter().any(|other| other.target == suggestion.target));
        let at = first_spelled.min(suggestions.len());
        suggestions.splice(at..at, indicated);
        suggestions.truncate(limit);
        suggestions
    }
}

/// Returns the organisations and competences that the text indicates as a question.
fn indicated_targets(prefix: &str, context: &Context) -> Vec<(SuggestionTarget, String)> {
    const MAX_COMPETENCES: usize = 3;
    let plan = Plan::compile(
        &Question {
            text: prefix.to_owned(),
            ..Question::default()
        },
        context,
    );
    let organisations = plan
        .understanding
        .organisations
        .into_iter()
        .map(|organisation| (SuggestionTarget::Organisation(organisation.id), organisation.short_name));
    let competences = plan
        .understanding
        .competences
        .into_iter()
        .take(MAX_COMPETENCES)
        .map(|competence| (SuggestionTarget::Competence(competence.code), competence.label));
    organisations.chain(competences).collect()
}
