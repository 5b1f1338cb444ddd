//! Data about a request that the layer and the handlers share.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use register::identifier::{OrganisationId, RequestId};
use register::position::Revision;
use tokio::time::Instant;

/// The context of an open request. Cheap to clone; the clones share their notes.
#[derive(Clone, Debug)]
pub struct RequestContext {
    /// The request id of the caller, or a generated one. It appears in the log, the response headers and error details.
    pub request_id: RequestId,
    /// When the caller stops waiting for the response to start, on Tokio's monotonic clock, which tests can advance.
    pub deadline: Instant,
    notes: Arc<Mutex<RequestNotes>>,
}

/// What handlers and the checks of messages add to the log line of the request.
#[derive(Clone, Debug, Default)]
pub(crate) struct RequestNotes {
    pub(crate) organisation: Option<OrganisationId>,
    pub(crate) revision: Option<Revision>,
    pub(crate) is_broken_off: bool,
}

impl RequestContext {
    /// Creates the context of a request that must be answered `within` from now.
    pub fn new(request_id: RequestId, within: Duration) -> Self {
        Self {
            request_id,
            deadline: Instant::now() + within,
            notes: Arc::default(),
        }
    }

    /// Returns the context that the layer put into `request`. Without the layer, the deadline is 60 seconds from now.
    pub fn of<T>(request: &tonic::Request<T>) -> Self {
        match request.extensions().get::<Self>() {
            Some(context) => context.clone(),
            None => {
                let unnamed = RequestId::parse("unnamed").expect("seven visible characters are a request id");
                Self::new(unnamed, Duration::from_secs(60))
            }
        }
    }

    /// Returns the time left until the deadline.
    pub fn remaining(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// Records the organisation that the caller acts for.
    pub fn note_organisation(&self, organisation: &OrganisationId) {
        self.notes().organisation = Some(organisation.clone());
    }

    /// Records the revision that the response shows or that the write created.
    pub fn note_revision(&self, revision: Revision) {
        self.notes().revision = Some(revision);
    }

    /// Records that the caller broke off the request, whatever the handler makes of that.
    pub(crate) fn note_broken_off(&self) {
        self.notes().is_broken_off = true;
    }

    pub(crate) fn noted(&self) -> RequestNotes {
        self.notes().clone()
    }

    fn notes(&self) -> std::sync::MutexGuard<'_, RequestNotes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
