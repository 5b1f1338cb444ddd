//! Resolves many needs at one position, in an answer of bounded size.

use std::sync::Arc;

use register::draft::NeedDraft;
use register::resolve::Route;
use register::violation::ViolationCode;
use server_core::error::{Error, Reason};
use server_core::identity::Caller;
use server_core::views::Consistency;

use super::refusal::invalid_field;
use super::resolve::route;
use super::{Directory, limits};

/// A result in the form of an answer, and its size in it.
#[derive(Clone, Debug)]
pub struct SizedResult<T> {
    /// The result.
    pub result: T,
    /// Its size in bytes.
    pub bytes: usize,
}

impl Directory {
    /// Returns the routes for up to 100 needs, in order. Each need fails on its own.
    pub async fn batch_resolve(
        &self,
        caller: &Caller,
        needs: Vec<NeedDraft>,
        consistency: &Consistency,
    ) -> Result<Vec<Result<Route, Error>>, Error> {
        let present = |result| SizedResult { result, bytes: 0 };
        self.batch_resolve_as(caller, needs, consistency, present).await
    }

    /// Does the same, and turns each result into its part of the answer. From the first result with which the answer would
    /// exceed [`limits::ANSWER_BYTES`], the needs fail with `RESPONSE_TOO_LARGE` and are not resolved.
    pub async fn batch_resolve_as<T: Send + 'static>(
        &self,
        caller: &Caller,
        needs: Vec<NeedDraft>,
        consistency: &Consistency,
        present: impl Fn(Result<Route, Error>) -> SizedResult<T> + Send + 'static,
    ) -> Result<Vec<T>, Error> {
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
        let resolve_all = move || {
            let mut bytes = 0;
            let mut is_full = false;
            let mut results = Vec::with_capacity(needs.len());
            for need in &needs {
                if !is_full {
                    let sized = present(route(&view, &knowledge, need, now, today));
                    bytes += sized.bytes;
                    is_full = bytes > limits::ANSWER_BYTES;
                    if !is_full {
                        results.push(sized.result);
                        continue;
                    }
                }
                results.push(present(Err(too_large())).result);
            }
            results
        };
        self.tasks.computing(caller.acting.oin(), resolve_all).await
    }
}

fn too_large() -> Error {
    let limit = limits::ANSWER_BYTES;
    let message = format!("the answer has reached its limit of {limit} bytes; ask for this need again, with fewer needs");
    Error::new(Reason::ResponseTooLarge, message).with("limit", limit)
}
