//! Errors that several use cases return.

use register::identifier::{OfficerName, OrganisationId, RegisterId};
use register::violation::{Violation, ViolationCode};
use server_core::error::{Error, Reason};

/// Returns the error for an officer that the register does not hold.
pub(crate) fn officer_not_found(name: &OfficerName) -> Error {
    Error::not_found(Reason::OfficerNotFound, "officer", name.to_string())
}

/// Returns the error for an organisation that the register does not know.
pub(crate) fn organisation_not_found(id: &OrganisationId) -> Error {
    Error::not_found(Reason::OrganisationNotFound, "organisation", id.resource_name())
}

/// Returns the error for a register that is not a peer.
pub(crate) fn peer_not_found(register: &RegisterId) -> Error {
    Error::not_found(Reason::PeerNotFound, "peer", register.to_string())
}

/// Returns the error for a request with one violation.
pub(crate) fn invalid_field(field: impl Into<String>, code: ViolationCode, message: impl Into<String>) -> Error {
    Error::invalid(vec![Violation {
        field: field.into(),
        code,
        message: message.into(),
    }])
}

/// Returns the error for a write that arrives while the node shuts down.
pub(crate) fn no_more_writes() -> Error {
    Error::new(Reason::ShuttingDown, "the node is stopping and takes no writes")
}
