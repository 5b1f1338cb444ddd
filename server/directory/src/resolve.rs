//! Resolves one need into ordered targets: who may decide, how to reach them, and the fallback.

use std::sync::Arc;
use std::time::Duration;

use federation::Gap;
use register::draft::NeedDraft;
use register::grant::Role;
use register::resolve::{ResolveError, Route, resolve};
use register::validate;
use register::view::View;
use server_core::authorisation;
use server_core::error::{Error, Reason};
use server_core::identity::Caller;
use server_core::views::Consistency;

use super::{Directory, Knowledge, OrganisationSources};

/// A route and the registers that it was made from.
#[derive(Clone, Debug)]
pub struct ResolvedRoute {
    /// The route.
    pub route: Route,
    /// The sources of the organisations that come from other registers.
    pub sources: OrganisationSources,
    /// The relevant registers that could not be asked.
    pub gaps: Vec<Gap>,
}

impl Directory {
    /// Requires the role `resolve`.
    pub(super) fn may_resolve(&self, view: &View, caller: &Caller) -> Result<(), Error> {
        authorisation::for_any_organisation(view, &caller.acting, &[Role::Resolve], self.clock.today()).map(|_| ())
    }

    /// Returns the route for a need. The same need at the same position has the same route until `valid_until`.
    pub async fn resolve(&self, caller: &Caller, need: NeedDraft, consistency: &Consistency) -> Result<Route, Error> {
        Ok(self.resolve_across(caller, need, consistency).await?.route)
    }

    /// Does the same, and also returns sources and gaps. The route uses replicas, and candidates fetched from queried peers.
    pub async fn resolve_across(
        &self,
        caller: &Caller,
        need: NeedDraft,
        consistency: &Consistency,
    ) -> Result<ResolvedRoute, Error> {
        self.may_resolve(&self.views.current(), caller)?;
        let view = self.views.reading(consistency).await?;
        self.resolve_in(caller, view, need, consistency.patience).await
    }

    /// Resolves in the view `own` and what other registers add to it within `patience`, in the turn of `caller`.
    pub(super) async fn resolve_in(
        &self,
        caller: &Caller,
        own: Arc<View>,
        need: NeedDraft,
        patience: Duration,
    ) -> Result<ResolvedRoute, Error> {
        let combined = self.federation.combined(own).await?;
        let (fetched, gaps) = self.federation.fetch(&need, combined.authorities(), patience).await;
        let (knowledge, now, today) = (self.knowledge.clone(), self.clock.now(), self.clock.today());
        let mut sources = OrganisationSources::new();
        let view = if fetched.is_empty() {
            Arc::clone(combined.view())
        } else {
            let mut view = View::clone(combined.view());
            for one in fetched {
                for organisation in &one.changes.organisations {
                    sources.insert(organisation.id.clone(), one.provenance.clone());
                }
                view.absorb(&one.changes);
            }
            Arc::new(view)
        };
        let mut route = self
            .tasks
            .computing(caller.acting.oin(), move || route(&view, &knowledge, &need, now, today))
            .await??;
        let named: Vec<_> = route.targets.iter().map(|target| target.organisation.id.clone()).collect();
        sources.retain(|organisation, _| named.contains(organisation));
        sources.extend(combined.sources(&named));
        for target in &mut route.targets {
            let source = sources.get(&target.organisation.id);
            if let Some(remark) = source.and_then(|source| self.federation.remark_on(source)) {
                target.explanation.push_str(&remark);
            }
        }
        Ok(ResolvedRoute { route, sources, gaps })
    }
}

/// Validates a need and resolves it in `view`.
pub(super) fn route(
    view: &View,
    knowledge: &Knowledge,
    need: &NeedDraft,
    now: jiff::Timestamp,
    today: jiff::civil::Date,
) -> Result<Route, Error> {
    let rules = knowledge.rules(today);
    let need = validate::need(need, now, &rules).map_err(Error::invalid)?;
    resolve(view, &rules, &need).map_err(|problem| match problem {
        ResolveError::UnknownOrganisation(id) => {
            Error::not_found(Reason::UnknownNeedOrganisation, "organisation", id.resource_name())
        }
        ResolveError::NoTarget => Error::new(
            Reason::NoTarget,
            "nobody fits this need, and the register knows no LMM to turn to; ask its operator to add one",
        ),
    })
}
