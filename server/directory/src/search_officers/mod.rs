//! Searches officers for a query in everyday Dutch, and ranks them.
//!
//! The query is compiled once and scored by the index. The results show the register at exactly the position of the index. The
//! query can contain facts about a household: it appears in no error, log line, span or page token.

mod federated;
mod present;
mod query;
mod results;

use std::sync::Arc;

use federation::ask::registers::Registers;
use federation::ask::{Completeness, RegisterStatus};
use index::{PageCursor, Paging, Plan, Question};
use register::identifier::{OrganisationId, RegisterId};
use server_core::error::Error;
use server_core::identity::Caller;
use server_core::views::Searchable;

use super::limits::page_size;
use super::{Directory, Page};
use present::Presenter;
use query::validate;
use results::{FoundPage, understood};

pub use query::SearchOfficers;
pub use results::{Facet, FacetCount, GroupMember, HitGroup, SearchHit, SearchResults};

/// The key of a page token: the start of the next page, and the hash over the positions of other registers at the first page.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
struct NextPageKey {
    place: PageCursor,
    others: u64,
}

impl Directory {
    /// Runs a search. Any text is a valid query; only filters and sizes can be invalid.
    pub async fn search_officers(&self, caller: &Caller, request: SearchOfficers) -> Result<SearchResults, Error> {
        self.search_officers_as(caller, request, |results| results).await
    }

    /// Does the same, and turns the results into an answer in the same computation.
    pub async fn search_officers_as<T: Send + 'static>(
        &self,
        caller: &Caller,
        request: SearchOfficers,
        present: impl FnOnce(SearchResults) -> T + Send + 'static,
    ) -> Result<T, Error> {
        let view = self.views.current();
        self.may_look_up(&view, caller)?;
        let limit = page_size(request.page_size, 10, 100)?;
        let meaning = (&request.query, &request.filter, &request.municipality, request.flat);
        let fingerprint = self.tokens.fingerprint("SearchOfficers", &meaning);
        let page: Option<Page<NextPageKey>> = self.tokens.open(&fingerprint, &request.page_token)?;
        let searchable = self.views.searching(&request.consistency).await?;
        let scope = request.federation.scope;
        let registers = Registers::now(&self.federation, Arc::clone(&searchable), scope, false, &self.language).await?;
        let first = page.as_ref().map(|page| (page.position, page.after.others));
        let paging = Paging {
            limit,
            after: page.map(|page| page.after.place),
            explain: request.explain,
            facets: request.facets,
        };
        let tokens = self.tokens.clone();
        let finish = move |(mut results, next): FoundPage| {
            let others = federated::positions_hash(&results.registers);
            let (position, first_others) = first.unwrap_or((results.position, others));
            results.drifted = position != results.position || first_others != others;
            if let Some(place) = next {
                let after = NextPageKey {
                    place,
                    others: first_others,
                };
                results.next_page_token = tokens.seal(&fingerprint, &Page { after, position });
            }
            present(results)
        };
        if registers.has_others() || !request.federation.required.is_empty() {
            let found = self.search_federated(caller, &searchable, registers, &request, &paging);
            let found = found.await?;
            self.tasks.computing(caller.acting.oin(), move || finish(found)).await
        } else {
            self.search_here(caller, searchable, request, paging, finish).await
        }
    }

    /// Searches this register alone, in one computation.
    async fn search_here<T: Send + 'static>(
        &self,
        caller: &Caller,
        searchable: Arc<Searchable>,
        request: SearchOfficers,
        paging: Paging,
        finish: impl FnOnce(FoundPage) -> T + Send + 'static,
    ) -> Result<T, Error> {
        let knowledge = self.knowledge.clone();
        let today = self.clock.today();
        let facets = request.facets;
        let register = self.register.clone();
        self.tasks
            .computing(caller.acting.oin(), move || {
                let is_known = |id: &OrganisationId| searchable.view().organisation(id).is_some();
                let question = validate(request, &knowledge, &is_known)?;
                let presenter = Presenter::new(&knowledge, today);
                search(&searchable, &question, &paging, &presenter, facets, register).map(finish)
            })
            .await?
    }
}

fn search(
    searchable: &Searchable,
    question: &Question,
    paging: &Paging,
    presenter: &Presenter<'_>,
    facets: bool,
    register: RegisterId,
) -> Result<FoundPage, Error> {
    let plan = Plan::compile(question, searchable.context());
    let results = searchable.snapshot().search(&plan, paging, &searchable.texts());
    let results = results.map_err(Error::internal)?;
    let view = searchable.view();
    let organisation = |id: &OrganisationId| view.organisation(id).map(Arc::clone);
    let hits = results.hits.into_iter().filter_map(|hit| {
        let visible = presenter.visible(&hit, view)?;
        presenter.hit(hit, visible, &organisation)
    });
    let hits: Vec<SearchHit> = hits.collect();
    let status = RegisterStatus::own(register, results.position, results.total);
    let page = SearchResults {
        understanding: understood(plan.understanding, &hits),
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
        completeness: Completeness::Local,
        registers: vec![status],
    };
    Ok((page, results.next))
}
