//! The results of a search.

use std::sync::Arc;

use federation::Provenance;
use federation::ask::{Completeness, RegisterStatus};
use index::{Certainty, MatchReason, PageCursor, TextField, Understanding};
use register::entry::Entry;
use register::identifier::{CompetenceCode, MunicipalityCode, OfficerName};
use register::organisation::Organisation;
use register::position::Position;

/// One page of search results.
#[derive(Clone, Debug)]
pub struct SearchResults {
    /// The hits, best first.
    pub hits: Vec<SearchHit>,
    /// The token of the next page; empty on the last page.
    pub next_page_token: String,
    /// The number of hits on all pages; a group counts as one.
    pub total: usize,
    /// The facets, if requested.
    pub facets: Vec<Facet>,
    /// The position that the results show.
    pub position: Position,
    /// Whether a register has changed since the first page.
    pub drifted: bool,
    /// How the query was understood.
    pub understanding: Understanding,
    /// How completely the results cover the registers.
    pub completeness: Completeness,
    /// The status of each register, this one first.
    pub registers: Vec<RegisterStatus>,
}

/// A page of results without its token, and the place where the next page begins.
pub(super) type FoundPage = (SearchResults, Option<PageCursor>);

/// Completes the understanding of a question with what was found: words that no scheme knows can be the name of a person.
pub(super) fn understood(mut understanding: Understanding, hits: &[SearchHit]) -> Understanding {
    let is_person = hits.first().is_some_and(|best| {
        let names = best
            .hit
            .highlights
            .iter()
            .filter(|highlight| highlight.field == TextField::Person);
        let matching: usize = names.map(|highlight| highlight.marked.len()).sum();
        // "el" of a sentence in another language is in some names too, so the name must be all that was not known, and half of
        // what was said.
        let is_all = matching >= understanding.unknown_words.len() && 2 * matching >= understanding.words.len();
        best.hit.why.contains(&MatchReason::Person) && is_all
    });
    if is_person && understanding.certainty == Certainty::NotUnderstood {
        understanding.certainty = Certainty::Sure;
        understanding.unknown_words.clear();
    }
    understanding
}

/// One hit, ready to be shown.
#[derive(Clone, Debug)]
pub struct SearchHit {
    /// The hit of the index.
    pub hit: index::Hit,
    /// The entry as it is shown today.
    pub entry: Arc<Entry>,
    /// The organisation that it belongs to.
    pub organisation: Arc<Organisation>,
    /// The group, if the hit represents the same desk of many municipalities.
    pub group: Option<HitGroup>,
    /// The register that it comes from, if not this one.
    pub provenance: Option<Provenance>,
}

/// A group of hits: the same desk of many municipalities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HitGroup {
    /// The number of members.
    pub size: usize,
    /// The first members, in order.
    pub members: Vec<GroupMember>,
}

/// A member of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupMember {
    /// The officer.
    pub officer: OfficerName,
    /// The organisation's short name.
    pub organisation: String,
    /// The organisation's CBS code.
    pub municipality: Option<MunicipalityCode>,
}

/// The counts of the values of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facet {
    /// `organisation`, `organisation_kind`, `domain`, `competence`, `municipality`.
    pub field: &'static str,
    /// The counts, highest first, then in order of value.
    pub counts: Vec<FacetCount>,
}

/// A value and the number of its hits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetCount {
    /// The value to filter by.
    pub value: String,
    /// The label to show.
    pub label: String,
    /// The number of hits.
    pub count: usize,
}

impl SearchHit {
    /// Returns the codes of the competences that matched the query.
    pub fn competences(&self) -> &[CompetenceCode] {
        &self.hit.competences
    }
}
