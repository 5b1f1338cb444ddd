//! Idempotency keys and the answers stored for them.

use jiff::Timestamp;
use register::identifier::{OrganisationId, RequestId};
use register::oin::Oin;

/// Identifies a request: two requests with the same key are one request, repeated.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RequestKey {
    /// The caller.
    pub oin: Oin,
    /// The organisation that the caller acts for.
    pub organisation: Option<OrganisationId>,
    /// The called method, such as `sync.SyncOfficers`.
    pub method: &'static str,
    /// The caller's own id for the request.
    pub request_id: RequestId,
}

/// The answer to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredAnswer {
    /// SHA-256 of the request, to tell a repetition from another request with the same id.
    pub request_digest: [u8; 32],
    /// The encoded answer, without personal data.
    pub answer: Vec<u8>,
    /// When it was given.
    pub time: Timestamp,
}
