//! The request of a search, and its validation.

use federation::ask::Policy;
use index::{Grouping, Question};
use register::identifier::OrganisationId;
use register::violation::{ViolationCode, Violations};
use server_core::error::Error;
use server_core::views::Consistency;

use crate::filter::{FilterParser, SearchFilter};
use crate::{Knowledge, limits};

/// A search request.
#[derive(Clone)]
pub struct SearchOfficers {
    /// The query, in everyday Dutch.
    pub query: String,
    /// The filter on the hits.
    pub filter: SearchFilter,
    /// The CBS code of the asker's municipality, or an empty string.
    pub municipality: String,
    /// Hits per page: 0 means 10, at most 100.
    pub page_size: i32,
    /// The page token of a previous response to the same request; empty for the first page.
    pub page_token: String,
    /// The position that the response must show at least.
    pub consistency: Consistency,
    /// Return the same desk of many municipalities as separate hits instead of one group.
    pub flat: bool,
    /// Return the contributions to each score.
    pub explain: bool,
    /// Return facets.
    pub facets: bool,
    /// The registers to search, and the completeness that the caller requires.
    pub federation: Policy,
}

// The query can contain facts about a household: debug output must not carry it into a log.
impl std::fmt::Debug for SearchOfficers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SearchOfficers")
            .field("query", &"***")
            .field("filter", &self.filter)
            .finish_non_exhaustive()
    }
}

/// Validates a request and returns the question for the index, or all violations. `is_known` returns whether any of the
/// searched registers knows an organisation.
pub(super) fn validate(
    request: SearchOfficers,
    knowledge: &Knowledge,
    is_known: &(dyn Fn(&OrganisationId) -> bool + Sync),
) -> Result<Question, Error> {
    let mut parser = FilterParser {
        knowledge,
        is_known,
        violations: Violations::new(),
    };
    if request.query.chars().count() > limits::QUERY_CHARACTERS {
        let message = "De vraag is langer dan 10.000 tekens; maak haar korter.";
        parser.violations.add("query", ViolationCode::TooLong, message);
    }
    let question = Question {
        filters: parser.filters(&request.filter),
        caller_municipality: parser.asker(request.municipality.trim()),
        text: request.query,
        grouping: if request.flat { Grouping::Flat } else { Grouping::Collapse },
    };
    parser.violations.into_result(Some(question)).map_err(Error::invalid)
}
