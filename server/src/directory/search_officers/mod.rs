//! Ranked officers for a question in everyday Dutch.
//!
//! The question is understood once and scored by the index; what is shown comes from the register at the very position that
//! the index answered from. The text can hold facts about a household: it is in no error, log, span or page token.

mod federated;
mod present;

use std::sync::Arc;

use index::{Grouping, PageCursor, Paging, Plan, Question, Understanding};
use register::entry::Entry;
use register::identifier::{CompetenceCode, MunicipalityCode, OfficerName, OrganisationId, RegisterId};
use register::organisation::Organisation;
use register::position::Position;
use register::violation::{ViolationCode, Violations};

use super::filter::FilterReader;
pub use super::filter::SearchFilter;
use super::limits::{self, page_size};
use super::{Directory, Knowledge, Page};
use crate::error::Error;
use crate::federation::Provenance;
use crate::federation::ask::registers::Registers;
use crate::federation::ask::{Completeness, Policy, RegisterStatus};
use crate::identity::Caller;
use crate::views::{Consistency, Searchable, blocking};
use present::Presenter;

/// A question.
#[derive(Clone)]
pub struct SearchOfficers {
    /// Everyday Dutch.
    pub query: String,
    /// What the hits must be.
    pub filter: SearchFilter,
    /// CBS code of the asker's municipality, or nothing.
    pub municipality: String,
    /// Hits per page; 0 means 10, at most 100.
    pub page_size: i32,
    /// From a previous answer to the same request.
    pub page_token: String,
    /// From which position.
    pub consistency: Consistency,
    /// Show the same desk of many municipalities as its members.
    pub flat: bool,
    /// Say what gave what.
    pub explain: bool,
    /// Count what the hits could be narrowed down to.
    pub facets: bool,
    /// Which registers to ask, and what the answer needs.
    pub federation: Policy,
}

// The query can hold facts about a household: a debug print must not carry it into a log.
impl std::fmt::Debug for SearchOfficers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SearchOfficers")
            .field("query", &"***")
            .field("filter", &self.filter)
            .finish_non_exhaustive()
    }
}

/// The answer to a question.
#[derive(Clone, Debug)]
pub struct Found {
    /// Best first.
    pub hits: Vec<FoundHit>,
    /// The token of the next page; empty on the last.
    pub next_page_token: String,
    /// All hits that the question has, groups counted as one.
    pub total: usize,
    /// What the hits could be narrowed down to.
    pub facets: Vec<Facet>,
    /// The position that it was made from.
    pub position: Position,
    /// The register has moved on since the first page.
    pub drifted: bool,
    /// How the question was understood.
    pub understanding: Understanding,
    /// Which registers the answer covers.
    pub completeness: Completeness,
    /// How each register has answered, this one first.
    pub registers: Vec<RegisterStatus>,
}

/// One hit.
#[derive(Clone, Debug)]
pub struct FoundHit {
    /// What the index says of it.
    pub hit: index::Hit,
    /// The entry as it is shown.
    pub entry: Arc<Entry>,
    /// The organisation that it belongs to.
    pub organisation: Arc<Organisation>,
    /// The same desk of many municipalities, if it stands for one.
    pub group: Option<FoundGroup>,
    /// From which register it is, if not from this one.
    pub provenance: Option<Provenance>,
}

/// The same desk of many municipalities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundGroup {
    /// How many members it has.
    pub size: usize,
    /// The first of them, in order.
    pub members: Vec<FoundMember>,
}

/// A member of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundMember {
    /// The officer.
    pub officer: OfficerName,
    /// The organisation's short name.
    pub organisation: String,
    /// The organisation's CBS code.
    pub municipality: Option<MunicipalityCode>,
}

/// Counts of the values of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facet {
    /// `organisation`, `organisation_kind`, `domain`, `competence`, `municipality`.
    pub field: &'static str,
    /// Most hits first, then by value.
    pub counts: Vec<FacetCount>,
}

/// A value and its number of hits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetCount {
    /// What to filter by.
    pub value: String,
    /// What to show.
    pub label: String,
    /// Hits.
    pub count: usize,
}

/// Where the next page begins, and from which positions of other registers the first one was made.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
struct Ahead {
    place: PageCursor,
    others: u64,
}

impl Directory {
    /// Answers a question. Any text has an answer; only filters and sizes can be wrong.
    pub async fn search_officers(&self, caller: &Caller, request: SearchOfficers) -> Result<Found, Error> {
        let view = self.views.current();
        self.may_look_up(&view, caller)?;
        let limit = page_size(request.page_size, 10, 100)?;
        let meaning = (&request.query, &request.filter, &request.municipality, request.flat);
        let fingerprint = self.tokens.fingerprint("SearchOfficers", &meaning);
        let page: Option<Page<Ahead>> = self.tokens.open(&fingerprint, &request.page_token)?;
        let searchable = self.views.searching(&request.consistency).await?;
        let scope = request.federation.scope;
        let registers = Registers::now(&self.federation, Arc::clone(&searchable), scope, false, &self.language);
        let first = page.as_ref().map(|page| (page.position, page.after.others));
        let paging = Paging {
            limit,
            after: page.map(|page| page.after.place),
            explain: request.explain,
            facets: request.facets,
        };
        let (mut found, next) = if registers.has_others() || !request.federation.required.is_empty() {
            self.ask_all(&searchable, registers, &request, &paging).await?
        } else {
            self.ask_here(searchable, request, paging).await?
        };
        let others = federated::positions(&found.registers);
        let (position, first_others) = first.unwrap_or((found.position, others));
        found.drifted = position != found.position || first_others != others;
        if let Some(place) = next {
            let after = Ahead {
                place,
                others: first_others,
            };
            found.next_page_token = self.tokens.seal(&fingerprint, &Page { after, position });
        }
        Ok(found)
    }

    /// The same of this register alone, in one go.
    async fn ask_here(
        &self,
        searchable: Arc<Searchable>,
        request: SearchOfficers,
        paging: Paging,
    ) -> Result<(Found, Option<PageCursor>), Error> {
        let knowledge = self.knowledge.clone();
        let today = self.clock.today();
        let facets = request.facets;
        let register = self.register.clone();
        blocking(move || {
            let is_known = |id: &OrganisationId| searchable.view().organisation(id).is_some();
            let question = question(request, &knowledge, &is_known)?;
            let presenter = Presenter::new(&knowledge, today);
            ask(&searchable, &question, &paging, &presenter, facets, register)
        })
        .await?
    }
}

/// What can be asked, or all that is wrong with it. `is_known` says whether any register that is asked has an organisation.
fn question(
    request: SearchOfficers,
    knowledge: &Knowledge,
    is_known: &(dyn Fn(&OrganisationId) -> bool + Sync),
) -> Result<Question, Error> {
    let mut reader = FilterReader {
        knowledge,
        is_known,
        violations: Violations::new(),
    };
    if request.query.chars().count() > limits::QUERY_CHARACTERS {
        let message = "De vraag is langer dan 10.000 tekens; maak haar korter.";
        reader.violations.add("query", ViolationCode::TooLong, message);
    }
    let question = Question {
        filters: reader.filters(&request.filter),
        caller_municipality: reader.asker(request.municipality.trim()),
        text: request.query,
        grouping: if request.flat { Grouping::Flat } else { Grouping::Collapse },
    };
    reader.violations.into_result(Some(question)).map_err(Error::invalid)
}

fn ask(
    searchable: &Searchable,
    question: &Question,
    paging: &Paging,
    presenter: &Presenter<'_>,
    facets: bool,
    register: RegisterId,
) -> Result<(Found, Option<PageCursor>), Error> {
    let plan = Plan::compile(question, searchable.context());
    let results = searchable.index().search(&plan, paging).map_err(Error::internal)?;
    let view = searchable.view_at(results.position);
    let organisation = |id: &OrganisationId| view.organisation(id).map(Arc::clone);
    let hits = results.hits.into_iter().filter_map(|hit| {
        let seen = presenter.seen(&hit, &view)?;
        presenter.hit(hit, seen, &organisation)
    });
    let hits = hits.collect();
    let status = RegisterStatus::own(register, results.position, results.total);
    let found = Found {
        hits,
        next_page_token: String::new(),
        total: results.results,
        facets: if facets {
            presenter.facets(&results.facets, &organisation)
        } else {
            Vec::new()
        },
        position: results.position,
        drifted: false,
        understanding: plan.understanding,
        completeness: Completeness::Local,
        registers: vec![status],
    };
    Ok((found, results.next))
}

impl FoundHit {
    /// Codes of the competences that the question touched.
    pub fn competences(&self) -> &[CompetenceCode] {
        &self.hit.competences
    }
}
