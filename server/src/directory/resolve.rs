//! Targets for one need: who may decide, how to reach them, and the next step if that fails.

use register::draft::NeedDraft;
use register::grant::Role;
use register::resolve::{ResolveError, Route, resolve};
use register::validate;
use register::view::View;

use super::Directory;
use super::Knowledge;
use crate::authorisation;
use crate::error::{Error, Reason};
use crate::identity::Caller;
use crate::views::{Consistency, blocking};

impl Directory {
    /// The right to ask for routes.
    pub(super) fn may_resolve(&self, view: &View, caller: &Caller) -> Result<(), Error> {
        authorisation::for_any_organisation(view, &caller.acting, &[Role::Resolve], self.clock.today()).map(|_| ())
    }

    /// The route for a need. The same need at the same position has the same route until it says otherwise.
    pub async fn resolve(&self, caller: &Caller, need: NeedDraft, consistency: &Consistency) -> Result<Route, Error> {
        self.may_resolve(&self.views.current(), caller)?;
        let view = self.views.reading(consistency).await?;
        let (knowledge, now, today) = (self.knowledge.clone(), self.clock.now(), self.clock.today());
        blocking(move || route(&view, &knowledge, &need, now, today)).await?
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
