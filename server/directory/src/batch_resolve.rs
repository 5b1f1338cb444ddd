//! Resolves many needs at one position.

use std::sync::Arc;

use register::draft::NeedDraft;
use register::resolve::Route;
use register::violation::ViolationCode;
use server_core::error::Error;
use server_core::identity::Caller;
use server_core::views::Consistency;

use super::refusal::invalid_field;
use super::resolve::route;
use super::{Directory, limits};

impl Directory {
    /// Returns the routes for up to 100 needs, in order. Each need fails on its own.
    pub async fn batch_resolve(
        &self,
        caller: &Caller,
        needs: Vec<NeedDraft>,
        consistency: &Consistency,
    ) -> Result<Vec<Result<Route, Error>>, Error> {
        let all = |routes: &mut dyn Iterator<Item = _>| routes.collect();
        self.resolve_each(caller, needs, consistency, all).await
    }

    /// As [`Directory::batch_resolve`], but `respond` takes the routes on the blocking thread, one at a time. It may stop
    /// before the last one, so that an answer has a limit and what exceeds it costs nothing.
    pub async fn resolve_each<T: Send + 'static>(
        &self,
        caller: &Caller,
        needs: Vec<NeedDraft>,
        consistency: &Consistency,
        respond: impl FnOnce(&mut dyn Iterator<Item = Result<Route, Error>>) -> T + Send + 'static,
    ) -> Result<T, Error> {
        self.may_resolve(&self.views.current(), caller)?;
        if needs.is_empty() {
            let message = "De lijst is leeg; noem er minstens één.";
            return Err(invalid_field("needs", ViolationCode::Required, message));
        }
        if needs.len() > limits::BATCH_NEEDS {
            let message = "De lijst telt meer dan 100 vragen; deel haar op.";
            return Err(invalid_field("needs", ViolationCode::TooLong, message));
        }
        let view = self.views.reading(consistency).await?;
        // A batch is answered from one position, without asking other registers.
        let view = Arc::clone(self.federation.combined(view).await?.view());
        let (knowledge, now, today) = (self.knowledge.clone(), self.clock.now(), self.clock.today());
        self.tasks
            .blocking(move || respond(&mut needs.iter().map(|need| route(&view, &knowledge, need, now, today))))
            .await
    }
}
