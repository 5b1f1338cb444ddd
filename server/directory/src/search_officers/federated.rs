//! Searches this register and its peers.

use std::sync::Arc;
use std::time::Duration;

use federation::ask::gather::{GatherError, Inquiry, gather};
use federation::ask::registers::Registers;
use federation::ask::{Completeness, RegisterStatus};
use index::{Paging, Plan};
use register::identifier::OrganisationId;
use server_core::error::{Error, Reason};
use server_core::identity::Caller;
use server_core::views::Searchable;
use sha2::{Digest as _, Sha256};
use tokio::time::Instant;

use super::present::{Presenter, VisibleEntry};
use super::query::{SearchOfficers, validate};
use super::results::{FoundPage, SearchHit, SearchResults, understood};
use crate::Directory;

/// Maximum number of attempts. Each attempt restarts when a register reports that its organisations have changed.
const MAX_ATTEMPTS: usize = 3;

impl Directory {
    /// Returns one page of results of all registers, and the start of the next page.
    pub(super) async fn search_federated(
        &self,
        caller: &Caller,
        own: &Arc<Searchable>,
        mut registers: Registers,
        request: &SearchOfficers,
        paging: &Paging,
    ) -> Result<FoundPage, Error> {
        let deadline = Instant::now() + request.consistency.patience.min(Duration::from_secs(3_600));
        for attempt in 1..=MAX_ATTEMPTS {
            let is_last = attempt == MAX_ATTEMPTS;
            match self
                .search_once(caller, &registers, own, request, paging, (deadline, is_last))
                .await
            {
                Ok(results) => return Ok(results),
                Err(GatherError::Failed(error)) => return Err(error),
                Err(GatherError::HoldingsChanged) => {
                    let scope = request.federation.scope;
                    registers = Registers::now(&self.federation, Arc::clone(own), scope, true, &self.language).await?;
                }
            }
        }
        let message = "registers changed their organisations during the request";
        Err(Error::new(Reason::FederationIncomplete, message).retry_after(Duration::from_secs(1)))
    }

    async fn search_once(
        &self,
        caller: &Caller,
        registers: &Registers,
        own: &Arc<Searchable>,
        request: &SearchOfficers,
        paging: &Paging,
        (deadline, is_last): (Instant, bool),
    ) -> Result<FoundPage, GatherError> {
        let plan = self.compile(caller, registers, own, request.clone()).await?;
        let today = self.clock.today();
        let inquiry = Inquiry {
            caller: caller.acting.oin().clone(),
            plan: Arc::clone(&plan),
            paging: paging.clone(),
            facets: request.facets,
            policy: request.federation.clone(),
            deadline,
            now: self.clock.now(),
            today,
            language: Arc::clone(&self.language),
            is_last,
        };
        let gathered = gather(registers, &inquiry).await?;
        let presenter = Presenter::new(&self.knowledge, today);
        let organisation = |id: &OrganisationId| registers.organisation(id);
        let hits = gathered.hits.into_iter().filter_map(|shown| {
            let visible = VisibleEntry {
                entry: shown.entry,
                has_ended_name: shown.has_ended_name,
                provenance: shown.provenance,
            };
            presenter.hit(shown.hit, visible, &organisation)
        });
        let hits: Vec<SearchHit> = hits.collect();
        let position = gathered.registers.first().and_then(|own| own.position);
        let results = SearchResults {
            understanding: understood(plan.understanding.clone(), &hits),
            hits,
            next_page_token: String::new(),
            total: gathered.merged.results,
            facets: if request.facets {
                presenter.facets(&gathered.merged.facets, &organisation)
            } else {
                Vec::new()
            },
            position: position.unwrap_or_else(|| own.view().position()),
            drifted: false,
            completeness: Completeness::of(&gathered.registers),
            registers: gathered.registers,
        };
        Ok((results, gathered.merged.next))
    }

    /// Compiles the query to a plan, with the organisations that all registers know.
    async fn compile(
        &self,
        caller: &Caller,
        registers: &Registers,
        own: &Arc<Searchable>,
        request: SearchOfficers,
    ) -> Result<Arc<Plan>, Error> {
        let knowledge = self.knowledge.clone();
        let (own, context) = (Arc::clone(own), Arc::clone(&registers.context));
        let foreign = registers.peer_organisations();
        self.tasks
            .computing(caller.acting.oin(), move || {
                let is_known = |id: &OrganisationId| foreign.contains_key(id) || own.view().organisation(id).is_some();
                let question = validate(request, &knowledge, &is_known)?;
                Ok(Arc::new(Plan::compile(&question, &context)))
            })
            .await?
    }
}

/// Returns a hash over the positions of the other registers. A page with another hash has drifted.
pub(super) fn positions_hash(registers: &[RegisterStatus]) -> u64 {
    let mut hash = Sha256::new();
    for status in registers.iter().skip(1) {
        hash.update(status.register.as_str());
        hash.update(status.position.map(|position| position.to_cookie()).unwrap_or_default());
    }
    let digest = hash.finalize();
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    u64::from_be_bytes(first)
}
