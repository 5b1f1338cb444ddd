//! A question as a session keeps it: the text, the municipality and the filters.
//!
//! A question never appears in a URL: the result page has an opaque id. A filter creates a new question, so Back and reload work.

use std::fmt;

use directory::federation::ask::Policy;
use directory::{SearchFilter, SearchOfficers};
use register::identifier::MunicipalityCode;
use server_core::views::Consistency;

/// Results per page.
const PAGE: i32 = 10;

/// A search question with its filters and pages.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Question {
    /// The text as typed.
    pub(crate) text: String,
    /// The municipality of the household.
    pub(crate) municipality: Option<MunicipalityCode>,
    /// The filters.
    pub(crate) filter: SearchFilter,
    /// The page tokens up to the page that is shown; empty on the first page.
    pub(crate) pages: Vec<String>,
}

// The text can hold facts about a client and must not reach a log.
impl fmt::Debug for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Question")
            .field("text", &"***")
            .field("filter", &self.filter)
            .finish_non_exhaustive()
    }
}

/// The fields of the filters, in the order of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FacetField {
    /// The organisation.
    Organisation,
    /// Its kind.
    OrganisationKind,
    /// The life domain.
    Domain,
    /// The municipality served.
    Municipality,
}

impl FacetField {
    /// All fields.
    pub(crate) const ALL: [FacetField; 4] = [Self::Organisation, Self::OrganisationKind, Self::Domain, Self::Municipality];

    /// The name of the field in a search result and in a form.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Organisation => "organisation",
            Self::OrganisationKind => "organisation_kind",
            Self::Domain => "domain",
            Self::Municipality => "municipality",
        }
    }

    /// Its title on the page.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Organisation => "Organisatie",
            Self::OrganisationKind => "Soort organisatie",
            Self::Domain => "Leefgebied",
            Self::Municipality => "Gemeente",
        }
    }

    /// Its values in a filter.
    pub(crate) fn of(self, filter: &SearchFilter) -> &Vec<String> {
        match self {
            Self::Organisation => &filter.organisations,
            Self::OrganisationKind => &filter.organisation_kinds,
            Self::Domain => &filter.domains,
            Self::Municipality => &filter.municipalities,
        }
    }

    fn of_mut(self, filter: &mut SearchFilter) -> &mut Vec<String> {
        match self {
            Self::Organisation => &mut filter.organisations,
            Self::OrganisationKind => &mut filter.organisation_kinds,
            Self::Domain => &mut filter.domains,
            Self::Municipality => &mut filter.municipalities,
        }
    }

    /// Reads `organisation:organisations/zb000211`.
    fn read(text: &str) -> Option<(Self, &str)> {
        let (name, value) = text.split_once(':')?;
        let field = Self::ALL.into_iter().find(|field| field.as_str() == name)?;
        (!value.is_empty() && value.len() <= 100).then_some((field, value))
    }
}

impl Question {
    /// The search request for this question.
    pub(crate) fn request(&self) -> SearchOfficers {
        SearchOfficers {
            query: self.text.clone(),
            filter: self.filter.clone(),
            municipality: self.municipality.as_ref().map(ToString::to_string).unwrap_or_default(),
            page_size: PAGE,
            page_token: self.pages.last().cloned().unwrap_or_default(),
            consistency: Consistency::any(),
            flat: false,
            explain: false,
            facets: true,
            federation: Policy::default(),
        }
    }

    /// Adds a value to the filters and returns to the first page. `value` is `field:value`; anything else changes nothing.
    pub(crate) fn with(mut self, value: &str) -> Self {
        if let Some((field, value)) = FacetField::read(value) {
            let values = field.of_mut(&mut self.filter);
            if !values.iter().any(|known| known == value) {
                values.push(value.to_owned());
            }
            self.pages.clear();
        }
        self
    }

    /// Sets the municipality of the household and returns to the first page.
    pub(crate) fn in_municipality(mut self, municipality: MunicipalityCode) -> Self {
        self.municipality = Some(municipality);
        self.pages.clear();
        self
    }

    /// Removes a value from the filters and returns to the first page.
    pub(crate) fn without(mut self, value: &str) -> Self {
        if let Some((field, value)) = FacetField::read(value) {
            field.of_mut(&mut self.filter).retain(|known| known != value);
            self.pages.clear();
        }
        self
    }

    /// Moves to the page of `token`.
    pub(crate) fn on_next_page(mut self, token: String) -> Self {
        self.pages.push(token);
        self
    }

    /// Moves to the previous page.
    pub(crate) fn on_previous_page(mut self) -> Self {
        self.pages.pop();
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_starts_at_the_first_page_and_can_be_removed() {
        let asked = Question {
            text: "bijdrage".to_owned(),
            ..Question::default()
        };
        let narrowed = asked
            .clone()
            .on_next_page("t".to_owned())
            .with("organisation:organisations/zb000211");
        assert_eq!(narrowed.filter.organisations, ["organisations/zb000211"]);
        assert!(narrowed.pages.is_empty());
        assert_eq!(narrowed.clone().with("organisation:organisations/zb000211"), narrowed);
        assert_eq!(narrowed.without("organisation:organisations/zb000211"), asked);
    }

    #[test]
    fn an_invalid_value_changes_nothing() {
        let asked = Question::default();
        for value in [
            "",
            "organisation",
            "organisation:",
            "niets:x",
            &format!("domain:{}", "x".repeat(200)),
        ] {
            assert_eq!(asked.clone().with(value), asked, "{value}");
        }
    }

    #[test]
    fn pages_go_forth_and_back() {
        let asked = Question::default().on_next_page("a".to_owned()).on_next_page("b".to_owned());
        assert_eq!(asked.request().page_token, "b");
        assert_eq!(asked.on_previous_page().request().page_token, "a");
    }

    #[test]
    fn a_debug_print_hides_the_text() {
        let asked = Question {
            text: "mevrouw".to_owned(),
            ..Question::default()
        };
        assert!(!format!("{asked:?}").contains("mevrouw"));
    }
}
