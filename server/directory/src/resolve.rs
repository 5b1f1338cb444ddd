//! Targets for one need: who may decide, how to reach them, and the next step if that fails.

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

use super::{Directory, Knowledge, Sources};

/// A route, and which registers it was made from.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// Where to go.
    pub route: Route,
    /// Which organisations in it come from other registers.
    pub sources: Sources,
    /// Registers that would have had a say and could not be asked.
    pub gaps: Vec<Gap>,
}

impl Directory {
    /// The right to ask for routes.
    pub(super) fn may_resolve(&self, view: &View, caller: &Caller) -> Result<(), Error> {
        authorisation::for_any_organisation(view, &caller.acting, &[Role::Resolve], self.clock.today()).map(|_| ())
    }

    /// The route for a need. The same need at the same position has the same route until it says otherwise.
    pub async fn resolve(&self, caller: &Caller, need: NeedDraft, consistency: &Consistency) -> Result<Route, Error> {
        Ok(self.resolve_across(caller, need, consistency).await?.route)
    }

    /// The same, and what other registers have to do with it: copies are part of it, and peers that are asked are asked.
    pub async fn resolve_across(&self, caller: &Caller, need: NeedDraft, consistency: &Consistency) -> Result<Resolved, Error> {
        self.may_resolve(&self.views.current(), caller)?;
        let view = self.views.reading(consistency).await?;
        self.resolved(view, need, consistency.patience).await
    }

    /// The route from `own` and what other registers add to it, within `patience`.
    pub(super) async fn resolved(&self, own: Arc<View>, need: NeedDraft, patience: Duration) -> Result<Resolved, Error> {
        let combined = self.federation.combined(own).await?;
        let (fetched, gaps) = self.federation.fetch(&need, combined.authorities(), patience).await;
        let (knowledge, now, today) = (self.knowledge.clone(), self.clock.now(), self.clock.today());
        let mut sources = Sources::new();
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
            .blocking(move || route(&view, &knowledge, &need, now, today))
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
        Ok(Resolved { route, sources, gaps })
    }
}

/// The route for a need in `view`.
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
