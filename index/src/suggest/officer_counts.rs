//! The number of officers of each suggestion target in one register.

use std::collections::BTreeSet;

use register::identifier::OrganisationId;

use super::spelled::{likeness, normalised};
use super::target::SuggestionTarget;
use crate::analyse::fold;
use crate::hash::HashMap;
use crate::rank::FacetCounts;
use crate::segment::DocId;
use crate::segment::view::View;

/// The contribution of one register to suggestions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SuggestShare {
    /// The number of its officers for each target, in the order of the targets.
    pub counts: Vec<usize>,
    /// The function titles that the text may become, with their officers: most likely first, then by title.
    ///
    /// The order does not depend on other registers, so the first few of each register include the first few of all.
    pub functions: Vec<(String, usize)>,
}

/// The number of officers of each target.
#[derive(Default)]
pub(crate) struct OfficerCounts {
    counts: HashMap<SuggestionTarget, usize>,
}

impl OfficerCounts {
    /// Counts the live officers of `view`, except those of the organisations `without`.
    pub(crate) fn of(view: &View, without: &BTreeSet<OrganisationId>) -> Self {
        let mut officers = Self::default();
        let mut all = FacetCounts::default();
        for segment in &view.segments {
            let facts = segment.segment().facts();
            let excluded: Vec<u32> = without.iter().filter_map(|id| facts.organisations.number(id)).collect();
            let mut titles = vec![0; facts.titles.len()];
            let mut counted: Vec<DocId> = Vec::new();
            for doc in (0..facts.len()).filter(|doc| segment.is_live(*doc)) {
                if !excluded.contains(&facts.class(doc).organisation) {
                    counted.push(doc);
                    titles[facts.details(doc).title as usize] += 1;
                }
            }
            all.add(facts, &counted);
            for (number, count) in (0..).zip(titles).filter(|(_, count)| *count > 0) {
                let title = SuggestionTarget::Function(facts.titles.value(number).clone());
                *officers.counts.entry(title).or_default() += count;
            }
        }
        let facets = all.into_facets();
        officers.add(facets.organisations, SuggestionTarget::Organisation);
        officers.add(facets.competences, SuggestionTarget::Competence);
        officers.add(facets.domains, SuggestionTarget::Domain);
        officers.add(facets.municipalities, SuggestionTarget::Municipality);
        officers
    }

    fn add<T>(&mut self, counts: Vec<(T, usize)>, target: fn(T) -> SuggestionTarget) {
        self.counts
            .extend(counts.into_iter().map(|(value, count)| (target(value), count)));
    }

    /// Returns the share of this register for `prefix`: the counts of `targets`, and the first `limit` functions.
    pub(crate) fn share(&self, prefix: &str, targets: &[SuggestionTarget], limit: usize) -> SuggestShare {
        let typed = normalised(prefix);
        let mut functions: Vec<(u32, &str, usize)> = Vec::new();
        for (target, count) in &self.counts {
            if let SuggestionTarget::Function(title) = target
                && !typed.is_empty()
            {
                let likeness = likeness(&typed, &fold(title));
                if likeness > 0 {
                    functions.push((likeness, title, *count));
                }
            }
        }
        functions.sort_unstable_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.cmp(other.1)));
        functions.truncate(limit);
        SuggestShare {
            counts: targets
                .iter()
                .map(|target| self.counts.get(target).copied().unwrap_or(0))
                .collect(),
            functions: functions
                .into_iter()
                .map(|(_, title, count)| (title.to_owned(), count))
                .collect(),
        }
    }
}
