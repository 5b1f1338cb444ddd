//! Records a finished request: one log line and the metrics, as documented in `docs/operations.md`.

use std::sync::Arc;

use metrics::Gauge;
use register::oin::Oin;
use server_core::error::Reason;
use tokio::time::Instant;
use tonic::Code;

use super::RequestContext;
use super::headers::TraceContext;
use super::rpc::{Rpc, code_name};

/// The record of an open request. If it is dropped before the request is done, the caller has disconnected.
pub(super) struct RequestRecord {
    rpc: Arc<Rpc>,
    context: RequestContext,
    caller: Option<Oin>,
    trace: Option<TraceContext>,
    started: Instant,
    in_flight: Gauge,
    is_done: bool,
}

impl RequestRecord {
    pub(super) fn begin(rpc: Arc<Rpc>, context: RequestContext, caller: Option<Oin>, trace: Option<TraceContext>) -> Self {
        let in_flight = metrics::gauge!("mwr_requests_in_flight");
        in_flight.increment(1.0);
        Self {
            rpc,
            context,
            caller,
            trace,
            started: Instant::now(),
            in_flight,
            is_done: false,
        }
    }

    pub(super) fn context(&self) -> &RequestContext {
        &self.context
    }

    /// Writes the log line and the metrics. Later calls do nothing.
    pub(super) fn done(&mut self, code: Code, reason: &str) {
        if std::mem::replace(&mut self.is_done, true) {
            return;
        }
        let elapsed = self.started.elapsed();
        self.in_flight.decrement(1.0);
        self.rpc.count(code, elapsed.as_secs_f64());
        let noted = self.context.noted();
        let rpc = self.rpc.name();
        let code = code_name(code);
        tracing::info!(
            target: "request",
            // The line contains all fields of the span.
            parent: None,
            rpc,
            code,
            reason = (!reason.is_empty()).then_some(reason),
            caller.oin = self.caller.as_ref().map(Oin::as_str),
            organisation.id = noted.organisation.as_ref().map(|organisation| organisation.as_str()),
            revision = noted.revision.map(|revision| revision.0),
            duration_ms = elapsed.as_micros() as f64 / 1000.0,
            request.id = self.context.request_id.as_str(),
            trace.id = self.trace.as_ref().map(|trace| trace.id.as_str()),
            "{rpc} answered {code}"
        );
    }
}

impl Drop for RequestRecord {
    fn drop(&mut self) {
        self.done(Code::Cancelled, Reason::CallerGone.as_str());
    }
}
