//! By what an answer can be narrowed down, and by what it was.

use crate::question::{FacetField, Question};
use directory::Facet;

/// Values of a facet that are offered: more is a list to get lost in.
const MOST: usize = 7;

/// One way to narrow an answer down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FacetList {
    /// What it is called.
    pub(super) title: &'static str,
    /// The values with most results.
    pub(super) counts: Vec<Count>,
}

/// A value and how many results it leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Count {
    /// What the form sends.
    pub(super) value: String,
    /// What is read.
    pub(super) label: String,
    /// Results.
    pub(super) number: usize,
}

/// A value by which the answer was narrowed down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Chip {
    /// What the form sends to undo it.
    pub(super) value: String,
    /// What is read.
    pub(super) label: String,
}

/// What is offered: fields in which there is something to choose, without what was chosen already.
pub(super) fn offered(facets: &[Facet], asked: &Question) -> Vec<FacetList> {
    FacetField::ALL
        .into_iter()
        .filter_map(|field| offered_in(field, facets, asked))
        .collect()
}

fn offered_in(field: FacetField, facets: &[Facet], asked: &Question) -> Option<FacetList> {
    let facet = facets.iter().find(|facet| facet.field == field.as_str())?;
    if facet.counts.len() < 2 || !field.of(&asked.filter).is_empty() {
        return None;
    }
    let counts = facet.counts.iter().take(MOST).map(|count| Count {
        value: format!("{}:{}", field.as_str(), count.value),
        label: count.label.clone(),
        number: count.count,
    });
    Some(FacetList {
        title: field.title(),
        counts: counts.collect(),
    })
}

/// What was chosen. The answer names its own values; what it has no result for keeps its code.
pub(super) fn chosen(facets: &[Facet], asked: &Question) -> Vec<Chip> {
    let mut chips = Vec::new();
    for field in FacetField::ALL {
        let counts = facets
            .iter()
            .find(|facet| facet.field == field.as_str())
            .map_or(&[][..], |facet| &facet.counts);
        for value in field.of(&asked.filter) {
            let known = counts.iter().find(|count| count.value == *value);
            chips.push(Chip {
                value: format!("{}:{value}", field.as_str()),
                label: known.map_or_else(|| value.clone(), |count| count.label.clone()),
            });
        }
    }
    chips
}

#[cfg(test)]
mod tests {
    use super::*;
    use directory::FacetCount;

    fn facet(field: &'static str, values: &[(&str, &str)]) -> Facet {
        let counts = values.iter().map(|(value, label)| FacetCount {
            value: (*value).to_owned(),
            label: (*label).to_owned(),
            count: 3,
        });
        Facet {
            field,
            counts: counts.collect(),
        }
    }

    #[test]
    fn only_what_leaves_a_choice_is_offered() {
        let facets = [
            facet("organisation", &[("organisations/a1", "A"), ("organisations/b1", "B")]),
            facet("domain", &[("SCH", "Schulden")]),
        ];
        let asked = Question::default();
        let lists = offered(&facets, &asked);
        assert_eq!(lists.len(), 1);
        assert_eq!(lists[0].counts[0].value, "organisation:organisations/a1");
        let narrowed = asked.with("organisation:organisations/a1");
        assert!(offered(&facets, &narrowed).is_empty());
        assert_eq!(chosen(&facets, &narrowed)[0].label, "A");
    }
}
