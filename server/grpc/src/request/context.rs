//! What the layers know of a request and a handler may want, and the other way round.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use register::identifier::{OrganisationId, RequestId};
use register::position::Revision;
use tokio::time::Instant;

/// A request under way. Cheap to clone; the copies share their notes.
#[derive(Clone, Debug)]
pub struct Context {
    /// The caller's name for the request, or ours: in the log, the answer's headers and in error details.
    pub request_id: RequestId,
    /// When the caller no longer waits for the answer to begin. Tokio's clock: it only ever grows, and tests can move it.
    pub deadline: Instant,
    notes: Arc<Mutex<Notes>>,
}

/// What a handler adds to the request's line in the log.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notes {
    pub(crate) organisation: Option<OrganisationId>,
    pub(crate) revision: Option<Revision>,
}

impl Context {
    /// The context of a request that must be answered `within` from now.
    pub fn new(request_id: RequestId, within: Duration) -> Self {
        Self {
            request_id,
            deadline: Instant::now() + within,
            notes: Arc::default(),
        }
    }

    /// The context of `request`, which the layers put there. Without them there is no deadline to speak of.
    pub fn of<T>(request: &tonic::Request<T>) -> Self {
        match request.extensions().get::<Self>() {
            Some(context) => context.clone(),
            None => {
                let unnamed = RequestId::parse("unnamed").expect("seven visible characters are a request id");
                Self::new(unnamed, Duration::from_secs(60))
            }
        }
    }

    /// Time left until the deadline.
    pub fn remaining(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// Notes for which organisation the caller acts.
    pub fn note_organisation(&self, organisation: &OrganisationId) {
        self.notes().organisation = Some(organisation.clone());
    }

    /// Notes the revision that the answer shows, or that the write made.
    pub fn note_revision(&self, revision: Revision) {
        self.notes().revision = Some(revision);
    }

    pub(crate) fn noted(&self) -> Notes {
        self.notes().clone()
    }

    fn notes(&self) -> std::sync::MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
