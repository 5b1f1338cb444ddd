//! The facets of a result: filters to add, and filters to remove.

use crate::question::{FacetField, Question};
use directory::Facet;

/// Maximum number of values per facet.
const MAX_OPTIONS: usize = 7;

/// A facet with its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FacetList {
    /// The title.
    pub(super) title: &'static str,
    /// The values with the most hits.
    pub(super) counts: Vec<FacetOption>,
}

/// A value of a facet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FacetOption {
    /// The value in the form.
    pub(super) value: String,
    /// The label.
    pub(super) label: String,
    /// The number of hits.
    pub(super) number: usize,
}

/// An active filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Chip {
    /// The value in the form that removes it.
    pub(super) value: String,
    /// The label.
    pub(super) label: String,
}

/// The facets that leave a choice and have no active filter.
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
    let counts = facet.counts.iter().take(MAX_OPTIONS).map(|count| FacetOption {
        value: format!("{}:{}", field.as_str(), count.value),
        label: count.label.clone(),
        number: count.count,
    });
    Some(FacetList {
        title: field.title(),
        counts: counts.collect(),
    })
}

/// The active filters. A value without hits has its code as its label.
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
    fn a_facet_needs_two_values_and_no_filter() {
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
